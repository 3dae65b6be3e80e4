//! What checks the callers of APIs of requests: keys of AWS, tokens, and functions that decide.
//!
//! Must not know how either kind of API spells a route.

use super::super::events::{arn, issuer, reference};
use super::{Plain, SOCKET_OR_HTTP_API};
use crate::catalog::Wiring;
use crate::stack::{Decision, Expression, GUARDED_ALREADY, Map, Wire, authorizer_arn, invocation_uri};

/// What checks the callers of an API.
#[derive(Clone)]
pub(super) enum Guard {
    /// Requests are signed with keys of AWS.
    Signature,
    /// They carry a token, which the resource with this logical id reads.
    Token(String),
    /// A function decides, which the resource with this logical id asks.
    Function(String),
}

impl Guard {
    /// Says on a route that it is guarded; `tokens` is what its kind of API calls the reading of tokens.
    pub(super) fn put(guard: Option<&Self>, route: &mut Map, tokens: &str) {
        match guard {
            None => route.put("AuthorizationType", "NONE"),
            Some(Self::Signature) => route.put("AuthorizationType", "AWS_IAM"),
            Some(Self::Token(authorizer)) => {
                route.put("AuthorizationType", tokens);
                route.put("AuthorizerId", reference(authorizer));
            }
            Some(Self::Function(authorizer)) => {
                route.put("AuthorizationType", "CUSTOM");
                route.put("AuthorizerId", reference(authorizer));
            }
        }
    }

    /// The logical id of its resource.
    pub(super) fn resource(&self) -> Option<&String> {
        match self {
            Self::Signature => None,
            Self::Token(authorizer) | Self::Function(authorizer) => Some(authorizer),
        }
    }
}

impl Plain<'_> {
    /// The guard that an API's own settings name: keys of AWS, or tokens of somebody who is not drawn.
    pub(super) fn declared(&mut self, api: &str, auth: &Map) -> Option<Guard> {
        let Some(Expression::Text(name)) = auth.get("DefaultAuthorizer") else { return None };
        if name == "AWS_IAM" {
            return Some(Guard::Signature);
        }
        let inside = |map: &Map, key: &str| match map.get(key) {
            Some(Expression::Map(inner)) => Some(inner.clone()),
            _ => None,
        };
        let own = inside(&inside(auth, "Authorizers")?, name)?;
        let said = inside(&own, "JwtConfiguration")?;
        let mut jwt = Map::new();
        for (key, property) in [("audience", "Audience"), ("issuer", "Issuer")] {
            said.get(key).into_iter().for_each(|value| jwt.put(property, value.clone()));
        }
        let properties = token_authorizer(api, name, jwt);
        let id = self.template.add(api, &format!("{api}Authorizer"), "AWS::ApiGatewayV2::Authorizer", properties);
        Some(Guard::Token(id))
    }

    /// What checks the callers of an API.
    pub(super) fn authorizer(&mut self, wire: &Wire) -> Result<(), String> {
        let Some(api) = self.apis.get(&wire.to) else {
            let type_name = self.template.type_of(&wire.to);
            // A GraphQL API says it among its own properties; that of a WebSocket API is a resource already.
            let is_done = matches!(type_name, "AWS::AppSync::GraphQLApi" | SOCKET_OR_HTTP_API);
            return if is_done { Ok(()) } else { Err("Only APIs of requests can be guarded.".to_owned()) };
        };
        if api.guard.is_some() {
            return Err(GUARDED_ALREADY.to_owned());
        }
        let decides = wire.wiring == Wiring::AuthorizerFunction;
        let properties = match (decides, api.is_rest) {
            (false, true) => rest_authorizer(wire),
            (false, false) => http_authorizer(wire),
            (true, true) => rest_decision(wire),
            (true, false) => http_decision(wire),
        };
        let type_name = if api.is_rest { "AWS::ApiGateway::Authorizer" } else { "AWS::ApiGatewayV2::Authorizer" };
        let id = self.template.add(&wire.to, &format!("{}Authorizer", wire.to), type_name, properties);
        if decides {
            let limits = Map::new().with("SourceArn", authorizer_arn(&wire.to, &id));
            self.permit(&wire.to, &wire.from, "apigateway.amazonaws.com", limits);
        }
        let guard = if decides { Guard::Function(id) } else { Guard::Token(id) };
        self.apis.entry(wire.to.clone()).or_default().guard = Some(guard);
        Ok(())
    }
}

fn rest_authorizer(wire: &Wire) -> Map {
    Map::new()
        .with("RestApiId", reference(&wire.to))
        .with("Name", "UserPool")
        .with("Type", "COGNITO_USER_POOLS")
        .with("IdentitySource", "method.request.header.Authorization")
        .with("ProviderARNs", vec![arn(&wire.from)])
}

fn http_authorizer(wire: &Wire) -> Map {
    let audience: Vec<Expression> = wire.helper.iter().map(|client| reference(client)).collect();
    let jwt = Map::new().with("Audience", audience).with("Issuer", issuer(&wire.from));
    token_authorizer(&wire.to, "UserPool", jwt)
}

fn token_authorizer(api: &str, name: &str, jwt: Map) -> Map {
    Map::new()
        .with("ApiId", reference(api))
        .with("Name", name)
        .with("AuthorizerType", "JWT")
        .with("IdentitySource", vec![Expression::from("$request.header.Authorization")])
        .with("JwtConfiguration", jwt)
}

/// A function that decides about requests to a REST API.
fn rest_decision(wire: &Wire) -> Map {
    let is_token = wire.decision() == Decision::OfToken;
    let sources = wire.identity_sources("method.request");
    let source = if is_token { format!("method.request.header.{}", wire.token_header()) } else { sources.join(",") };
    let mut authorizer = Map::new()
        .with("RestApiId", reference(&wire.to))
        .with("Name", wire.from.as_str())
        .with("Type", if is_token { "TOKEN" } else { "REQUEST" })
        .with("AuthorizerUri", invocation_uri(&wire.from));
    if !source.is_empty() {
        authorizer.put("IdentitySource", source);
    }
    authorizer.with("AuthorizerResultTtlInSeconds", wire.integer("ttl_s").unwrap_or_default())
}

/// A function that decides about requests to an HTTP API.
fn http_decision(wire: &Wire) -> Map {
    let sources: Vec<Expression> = wire.identity_sources("$request").into_iter().map(Expression::from).collect();
    let mut authorizer = Map::new()
        .with("ApiId", reference(&wire.to))
        .with("Name", wire.from.as_str())
        .with("AuthorizerType", "REQUEST")
        .with("AuthorizerUri", invocation_uri(&wire.from))
        .with("AuthorizerPayloadFormatVersion", "2.0")
        .with("EnableSimpleResponses", wire.is_on("simple"));
    if !sources.is_empty() {
        authorizer.put("IdentitySource", sources);
    }
    authorizer.with("AuthorizerResultTtlInSeconds", wire.integer("ttl_s").unwrap_or_default())
}
