//! APIs of requests: what is theirs and what is their stage's, which routes they have, and who checks the callers.
//!
//! Must not know how either kind of API spells a route.

use std::collections::BTreeMap;

use super::super::events::reference;
use super::guards::Guard;
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
                REST_API => self.rest_api(id, resource.properties.clone()),
                SOCKET_OR_HTTP_API if resource.properties.get("ProtocolType").is_none() => {
                    self.http_api(id, resource.properties.clone());
                }
                _ => {}
            }
        }
    }

    fn rest_api(&mut self, id: &str, properties: Map) {
        // Metrics of REST APIs go by name, and alarms expect the stack's.
        let mut own = Map::new().with("Name", reference("AWS::StackName"));
        let mut api = Api { is_rest: true, ..Api::default() };
        for (key, value) in properties {
            match (&*key, value) {
                ("EndpointConfiguration", Expression::Map(endpoint)) => own.put(key, endpoint_types(&endpoint)),
                ("Cors", Expression::Map(cors)) => api.cors = Some(cors),
                ("Cors", origin) => api.cors = Some(Map::new().with("AllowOrigin", origin)),
                ("Auth", Expression::Map(auth)) => api.guard = self.declared(id, &auth),
                // They tell SAM how to go about what is a resource here.
                ("OpenApiVersion" | "Auth", _) => {}
                (name, value) if OF_REST_API.contains(&name) => own.put(key, value),
                (name, value) if OF_REST_STAGE.contains(&name) => api.stage.put(key, value),
                (name, _) => self.only_sam(id, name),
            }
        }
        self.put(id, own);
        self.apis.insert(id.to_owned(), api);
    }

    fn http_api(&mut self, id: &str, properties: Map) {
        let name = Expression::sub(&format!("${{AWS::StackName}}-{id}"));
        let mut own = Map::new().with("Name", name).with("ProtocolType", "HTTP");
        let mut api = Api { stage: Map::new().with("StageName", "$default"), ..Api::default() };
        for (key, value) in properties {
            match &*key {
                "Auth" => {
                    let auth = if let Expression::Map(auth) = &value { self.declared(id, auth) } else { None };
                    api.guard = auth;
                }
                name if OF_HTTP_API.contains(&name) => own.put(key, value),
                name if OF_HTTP_STAGE.contains(&name) => api.stage.put(key, value),
                name => self.only_sam(id, name),
            }
        }
        self.put(id, own);
        self.apis.insert(id.to_owned(), api);
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
