//! APIs of requests: what is theirs and what is their stage's, which routes they have, and who checks the callers.
//!
//! Must not know how either kind of API spells a route.

use std::collections::BTreeMap;

use super::super::events::{GUARDED_ALREADY, arn, reference};
use super::{Plain, REST_API, SOCKET_OR_HTTP_API};
use crate::catalog::Archetype;
use crate::stack::{Expression, Map, Wire};

/// What is known of an API while its routes are written.
#[derive(Default)]
pub(super) struct Api {
    /// Whether it is a REST API; otherwise it is an HTTP API.
    pub(super) is_rest: bool,
    /// Properties of its stage.
    pub(super) stage: Map,
    /// What browsers of other origins may do; of a REST API only.
    pub(super) cors: Option<Map>,
    /// What checks its callers.
    pub(super) guard: Option<Guard>,
    /// Path → the resource that it is; of a REST API only.
    pub(super) paths: BTreeMap<String, String>,
    /// Function → its integration; of an HTTP API only.
    pub(super) integrations: BTreeMap<String, String>,
    /// Path → verbs that are routed.
    pub(super) verbs: BTreeMap<String, Vec<String>>,
    /// Logical ids of its methods.
    pub(super) methods: Vec<String>,
}

/// What checks the callers of an API.
#[derive(Clone)]
pub(super) enum Guard {
    /// Requests are signed with keys of AWS.
    Signature,
    /// They carry a token, which the resource with this logical id reads.
    Token(String),
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
        }
    }

    /// The logical id of its resource.
    pub(super) fn resource(&self) -> Option<&String> {
        match self {
            Self::Signature => None,
            Self::Token(authorizer) => Some(authorizer),
        }
    }
}

/// Properties of a REST API itself.
const OF_REST_API: [&str; 9] = [
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "EndpointConfiguration",
    "MinimumCompressionSize",
    "Mode",
    "Name",
    "Policy",
];
/// Properties of a REST API's stage.
const OF_REST_STAGE: [&str; 8] = [
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "StageName",
    "TracingEnabled",
    "Variables",
];
/// Properties of an HTTP API itself.
const OF_HTTP_API: [&str; 4] = ["CorsConfiguration", "Description", "DisableExecuteApiEndpoint", "Name"];
/// Properties of an HTTP API's stage.
const OF_HTTP_STAGE: [&str; 5] =
    ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageName", "StageVariables"];

impl Plain<'_> {
    /// Parts what the stack says of every API into API and stage.
    pub(super) fn apis(&mut self) {
        let stack = self.template.stack;
        let drawn = stack.resources.iter().filter(|(_, known)| known.archetype == Archetype::Api && !known.is_helper);
        for (id, resource) in drawn {
            match self.template.type_of(id) {
                REST_API => self.rest_api(id, &resource.properties),
                SOCKET_OR_HTTP_API if resource.properties.get("ProtocolType").is_none() => {
                    self.http_api(id, &resource.properties);
                }
                _ => {}
            }
        }
    }

    fn rest_api(&mut self, id: &str, properties: &Map) {
        // Metrics of REST APIs go by name, and alarms expect the stack's.
        let mut own = Map::new().with("Name", reference("AWS::StackName"));
        let mut api = Api { is_rest: true, ..Api::default() };
        for (key, value) in properties.iter() {
            match (key, value) {
                ("EndpointConfiguration", Expression::Map(endpoint)) => own.put(key, endpoint_types(endpoint)),
                ("Cors", Expression::Map(cors)) => api.cors = Some(cors.clone()),
                ("Cors", origin) => api.cors = Some(Map::new().with("AllowOrigin", origin.clone())),
                ("Auth", Expression::Map(auth)) => api.guard = self.declared(id, auth),
                // They tell SAM how to go about what is a resource here.
                ("OpenApiVersion" | "Auth", _) => {}
                _ if OF_REST_API.contains(&key) => own.put(key, value.clone()),
                _ if OF_REST_STAGE.contains(&key) => api.stage.put(key, value.clone()),
                _ => self.only_sam(id, key),
            }
        }
        self.put(id, own);
        self.apis.insert(id.to_owned(), api);
    }

    fn http_api(&mut self, id: &str, properties: &Map) {
        let name = Expression::sub(&format!("${{AWS::StackName}}-{id}"));
        let mut own = Map::new().with("Name", name).with("ProtocolType", "HTTP");
        let mut api = Api { stage: Map::new().with("StageName", "$default"), ..Api::default() };
        for (key, value) in properties.iter() {
            match key {
                "Auth" => {
                    let auth = if let Expression::Map(auth) = value { self.declared(id, auth) } else { None };
                    api.guard = auth;
                }
                _ if OF_HTTP_API.contains(&key) => own.put(key, value.clone()),
                _ if OF_HTTP_STAGE.contains(&key) => api.stage.put(key, value.clone()),
                _ => self.only_sam(id, key),
            }
        }
        self.put(id, own);
        self.apis.insert(id.to_owned(), api);
    }

    /// The guard that an API's own settings name: keys of AWS, or tokens of somebody who is not drawn.
    fn declared(&mut self, api: &str, auth: &Map) -> Option<Guard> {
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
            // A GraphQL API names its user pool among its own properties.
            let is_done = type_name == "AWS::AppSync::GraphQLApi";
            return if is_done { Ok(()) } else { Err("Only APIs of requests can be guarded.".to_owned()) };
        };
        if api.guard.is_some() {
            return Err(GUARDED_ALREADY.to_owned());
        }
        let properties = if api.is_rest { rest_authorizer(wire) } else { http_authorizer(wire) };
        let type_name = if api.is_rest { "AWS::ApiGateway::Authorizer" } else { "AWS::ApiGatewayV2::Authorizer" };
        let id = self.template.add(&wire.to, &format!("{}Authorizer", wire.to), type_name, properties);
        self.apis.entry(wire.to.clone()).or_default().guard = Some(Guard::Token(id));
        Ok(())
    }

    /// A route of an API of requests; those of open connections are resources already.
    pub(super) fn route(&mut self, wire: &Wire) -> Result<(), String> {
        if !wire.text("route_key").is_empty() {
            return Ok(());
        }
        let function = self.function(wire)?;
        let Some(api) = self.apis.get_mut(&wire.from) else {
            return Err("Only REST and HTTP APIs route requests.".to_owned());
        };
        let verb = wire.text("method").to_ascii_uppercase();
        api.verbs.entry(wire.text("path").to_owned()).or_default().push(verb.clone());
        let guard = api.guard.clone().filter(|_| wire.is_on("authorized"));
        if api.is_rest {
            self.rest_route(wire, function, &verb, guard.as_ref());
        } else {
            self.http_route(wire, function, &verb, guard.as_ref());
        }
        let limits = Map::new().with("SourceArn", requests(&wire.from, &verb, wire.text("path")));
        self.permit(&wire.from, function, "apigateway.amazonaws.com", limits);
        Ok(())
    }

    /// Stages, and what brings routes to them.
    pub(super) fn deployments(&mut self) {
        for (id, api) in std::mem::take(&mut self.apis) {
            if api.is_rest {
                self.rest_deployment(&id, &api);
            } else {
                self.http_stage(&id, api.stage);
            }
        }
    }
}

fn endpoint_types(endpoint: &Map) -> Map {
    let mut types = endpoint.clone();
    if let Some(only) = types.remove("Type") {
        types.put("Types", vec![only]);
    }
    types
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
    let jwt = Map::new().with("Audience", audience).with("Issuer", super::super::events::issuer(&wire.from));
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

/// The requests of one route, in any stage; parameters stand for anything.
fn requests(api: &str, verb: &str, path: &str) -> Expression {
    let verb = if verb == "ANY" { "*" } else { verb };
    let part = |part: &str| if part.starts_with('{') { "*".to_owned() } else { part.replace("${", "${!") };
    let path: Vec<String> = path.split('/').map(part).collect();
    Expression::sub(&format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*/{verb}{}",
        path.join("/")
    ))
}

/// The words of a path as part of a logical id: `/orders/{id}` → `OrdersId`.
pub(super) fn words_of(path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(crate::catalog::connect::capitalised).collect()
}
