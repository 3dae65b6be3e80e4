//! Who checks the callers of APIs: clients of user pools, functions that decide, and what they need to know of a caller.
//!
//! Must not know how a dialect says it of APIs of requests.

use super::lower::Lowering;
use super::{Code, Expression, LeftOut, Map, Output, Severity, Wire};
use crate::catalog::Wiring;

/// Why a second user pool or function cannot check the callers of an API.
pub const GUARDED_ALREADY: &str = "An API has one thing that checks its callers, and this one has another already.";

/// The header that says who asks, where nobody says another.
const USUAL_HEADER: &str = "Authorization";

/// What a function that decides about callers is shown, and so what it has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The value of one header; it answers a policy.
    OfToken,
    /// A request; it answers a policy.
    OfRequest,
    /// A request in the newer form; it answers yes or no, or a policy.
    OfRoute {
        /// Whether it is yes or no.
        is_plain: bool,
    },
    /// A connection that opens; it answers a policy.
    OfConnection,
    /// A query; it answers yes or no.
    OfQuery,
}

impl Wire {
    /// What the function of this wire is shown, where it decides about callers. Each kind of API has a setting of its own.
    #[must_use]
    pub fn decision(&self) -> Decision {
        match (self.text("payload"), self.settings.get("simple"), self.integer("ttl_s")) {
            ("TOKEN", _, _) => Decision::OfToken,
            ("", Some(_), _) => Decision::OfRoute { is_plain: self.is_on("simple") },
            ("", None, Some(_)) => Decision::OfQuery,
            ("", None, None) => Decision::OfConnection,
            _ => Decision::OfRequest,
        }
    }

    /// A setting that is a list of texts.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let items = self.settings.get(key).and_then(|value| value.as_array()).into_iter().flatten();
        items.filter_map(|item| item.as_str()).collect()
    }

    /// The one header of which a function is shown the value.
    #[must_use]
    pub fn token_header(&self) -> &str {
        self.texts("headers").first().copied().unwrap_or(USUAL_HEADER)
    }

    /// What tells callers apart, each part as an API spells it whose requests are called `request`: `$request`.
    #[must_use]
    pub fn identity_sources(&self, request: &str) -> Vec<String> {
        let part = |key: &str, place: &str| {
            let names = self.texts(key).into_iter();
            names.map(|name| format!("{request}.{place}.{name}")).collect::<Vec<_>>()
        };
        [part("headers", "header"), part("query_strings", "querystring")].concat()
    }

    /// The resource that this wire wakes.
    #[must_use]
    pub fn woken(&self) -> &str {
        if self.wiring == Wiring::AuthorizerFunction { &self.from } else { &self.to }
    }
}

/// The address under which APIs invoke a function.
#[must_use]
pub fn invocation_uri(function: &str) -> Expression {
    Expression::sub(&format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{function}.Arn}}/invocations"
    ))
}

/// The ARN in whose name an authorizer of an API invokes its function.
#[must_use]
pub fn authorizer_arn(api: &str, authorizer: &str) -> Expression {
    Expression::sub(&format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/authorizers/${{{authorizer}}}"
    ))
}

impl Lowering<'_> {
    /// A user pool that checks callers needs a client through which they sign in; one is enough for all its APIs.
    pub(super) fn client_of(&mut self, wire: &Wire) {
        let known = self.stack.wires.iter().find(|other| other.from == wire.from && other.helper.is_some());
        let client = known.and_then(|other| other.helper.clone()).unwrap_or_else(|| self.new_client(&wire.from));
        self.helper_of(wire, &client);
    }

    fn new_client(&mut self, pool: &str) -> String {
        let flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"].map(Expression::from).to_vec();
        let properties = Map::new()
            .with("UserPoolId", Expression::Ref(pool.to_owned()))
            .with("ExplicitAuthFlows", flows)
            .with("PreventUserExistenceErrors", "ENABLED");
        let id = self.helper(pool, "Client", "AWS::Cognito::UserPoolClient", properties);
        let description = format!("Client id for signing in to {}", self.resource_name(pool).unwrap_or_default());
        let output =
            Output { description, value: Expression::Ref(id.clone()), condition: None, node: self.node_of(pool) };
        self.stack.outputs.insert(format!("{id}Id"), output);
        id
    }

    /// Browsers of other origins may send the headers by which a function that decides tells callers apart.
    fn let_headers_in(&mut self, wire: &Wire) {
        let Some(api) = self.stack.resources.get_mut(&wire.to) else { return };
        let Some(Expression::Map(cors)) = api.properties.get("Cors") else { return };
        // A REST API is told the value of the header that it answers, in quotes of its own.
        let Some(Expression::Text(allowed)) = cors.get("AllowHeaders") else { return };
        let mut names: Vec<&str> = allowed.trim_matches('\'').split(',').collect();
        let known = names.clone();
        let missing = |header: &&str| !known.iter().any(|name| name.eq_ignore_ascii_case(header));
        names.extend(wire.texts("headers").into_iter().filter(missing));
        let names = format!("'{}'", names.join(","));
        api.properties.inner("Cors").put("AllowHeaders", names);
    }

    /// What a function that decides must be able to tell callers by.
    pub(super) fn check_identity(&mut self, wire: &Wire) {
        self.let_headers_in(wire);
        let (function, api) = (self.name_of(&wire.from), self.name_of(&wire.to));
        let parts = wire.texts("headers").len() + wire.texts("query_strings").len();
        let ttl_s = wire.integer("ttl_s").unwrap_or_default();
        let message = match wire.decision() {
            Decision::OfToken if parts != 1 || wire.texts("headers").is_empty() => format!(
                "{function} is shown one header of the requests to {api}; name one header and no query string, or show it \
                 the whole request."
            ),
            Decision::OfRequest | Decision::OfRoute { .. } if parts == 0 && ttl_s > 0 => format!(
                "What {function} decides about callers of {api} counts for {ttl_s} s, but nothing tells callers apart; \
                 name a header or a query string, or let it count for 0 s."
            ),
            decision => return self.check_answers(wire, decision),
        };
        self.problem_of(Severity::Error, Code::InvalidSetting, &wire.from, message);
    }

    /// APIs that show the same and want different answers cannot be told apart.
    fn check_answers(&mut self, wire: &Wire, decision: Decision) {
        let Decision::OfRoute { is_plain: true } = decision else { return };
        let by_policy = Decision::OfRoute { is_plain: false };
        let contrary = |other: &&Wire| other.from == wire.from && other.decision() == by_policy;
        let other = self.stack.wired(Wiring::AuthorizerFunction).find(contrary).map(|other| self.name_of(&other.to));
        let Some(other) = other else { return };
        let (function, api) = (self.name_of(&wire.from), self.name_of(&wire.to));
        let message = format!(
            "{function} cannot tell callers of {api}, which wants a plain answer, from those of {other}, which wants a \
             policy; let both want the same."
        );
        self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
    }

    /// What checks the callers of an API, user pools before functions.
    pub(super) fn guards_of(&self, api: &str) -> Vec<Wire> {
        let is_guard =
            |wire: &&Wire| matches!(wire.wiring, Wiring::Authorizer | Wiring::AuthorizerFunction) && wire.to == api;
        let mut guards: Vec<Wire> = self.stack.wires.iter().filter(is_guard).cloned().collect();
        guards.sort_by_key(|wire| wire.wiring != Wiring::Authorizer);
        guards
    }

    /// Says that a guard is one too many.
    pub(super) fn too_many(&mut self, guard: &Wire, reason: &str) {
        let subject = format!("{} → {}", self.name_of(&guard.from), self.name_of(&guard.to));
        self.stack.left_out.push(LeftOut { subject, reason: reason.to_owned() });
    }

    /// The first thing that checks the callers of an API; others are told to be too many.
    fn guard_of(&mut self, api: &str) -> Option<Wire> {
        let guards = self.guards_of(api);
        guards.iter().skip(1).for_each(|other| self.too_many(other, GUARDED_ALREADY));
        guards.into_iter().next()
    }

    /// A function that decides who may open a connection: it is asked on the route of opening, once for each connection.
    pub(super) fn socket_guard(&mut self, api: &str) {
        let Some(wire) = self.guard_of(api) else { return };
        let mut authorizer = Map::new()
            .with("ApiId", Expression::Ref(api.to_owned()))
            .with("Name", wire.from.as_str())
            .with("AuthorizerType", "REQUEST")
            .with("AuthorizerUri", invocation_uri(&wire.from));
        let sources: Vec<Expression> =
            wire.identity_sources("route.request").into_iter().map(Expression::from).collect();
        if !sources.is_empty() {
            authorizer.put("IdentitySource", sources);
        }
        let id = self.helper(api, "Authorizer", "AWS::ApiGatewayV2::Authorizer", authorizer);
        self.permit(api, authorizer_arn(api, &id), "apigateway.amazonaws.com", &wire.from);
        self.helper_of(&wire, &id);
        let Some(route) = self.opening_route(api) else {
            let (function, api) = (self.name_of(&wire.from), self.name_of(api));
            let message = format!(
                "{function} decides who may connect to {api}, which asks it on the route $connect and has none; draw an arrow \
                 with this route."
            );
            return self.problem_of(Severity::Error, Code::MissingSetting, &wire.from, message);
        };
        self.set(&route, "AuthorizationType", "CUSTOM");
        self.set(&route, "AuthorizerId", Expression::Ref(id));
    }

    /// The route by which connections to an API open.
    fn opening_route(&self, api: &str) -> Option<String> {
        let of_api = Expression::Ref(api.to_owned());
        let opens = |properties: &Map| {
            properties.get("RouteKey") == Some(&"$connect".into()) && properties.get("ApiId") == Some(&of_api)
        };
        self.stack
            .resources
            .iter()
            .find(|(_, known)| known.is_helper && opens(&known.properties))
            .map(|(id, _)| id.clone())
    }
}
