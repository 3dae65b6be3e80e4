//! REST APIs: a resource for each part of a path, a method for each arrow, answers for browsers of other origins, and a
//! deployment that is made anew whenever one of them changes.
//!
//! Must not know what the functions are.

use super::super::events::reference;
use super::Plain;
use super::apis::{Api, words_of};
use super::guards::Guard;
use crate::catalog::connect::capitalised;
use crate::stack::{Expression, Map, Wire, invocation_uri, words};

/// The verbs that `ANY` stands for.
const EVERY_VERB: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl Plain<'_> {
    pub(super) fn rest_route(&mut self, wire: &Wire, function: &str, verb: &str, guard: Option<&Guard>) {
        let integration = Map::new()
            .with("Type", "AWS_PROXY")
            .with("IntegrationHttpMethod", "POST")
            .with("Uri", invocation_uri(function));
        let mut method = Map::new();
        Guard::put(guard, &mut method, "COGNITO_USER_POOLS");
        self.method(&wire.from, wire.text("path"), verb, method.with("Integration", integration));
    }

    /// Adds a method to the resource of a path.
    fn method(&mut self, api: &str, path: &str, verb: &str, own: Map) {
        let resource = self.resource_of(api, path);
        let method = Map::new().with("RestApiId", reference(api)).with("ResourceId", resource).with("HttpMethod", verb);
        let stem = format!("{api}{}{}", capitalised(&verb.to_ascii_lowercase()), words_of(path));
        let id = self.template.add(api, &stem, "AWS::ApiGateway::Method", method.with_all(own));
        self.apis.entry(api.to_owned()).or_default().methods.push(id);
    }

    /// The resource that a path is, with those that it stands under.
    fn resource_of(&mut self, api: &str, path: &str) -> Expression {
        let Some((parent, part)) = path.trim_end_matches('/').rsplit_once('/') else {
            return Expression::Attribute(api.to_owned(), "RootResourceId".to_owned());
        };
        let path = format!("{parent}/{part}");
        if let Some(known) = self.apis.get(api).and_then(|api| api.paths.get(&path)) {
            return reference(known);
        }
        let resource = Map::new()
            .with("RestApiId", reference(api))
            .with("ParentId", self.resource_of(api, parent))
            .with("PathPart", part);
        let stem = format!("{api}{}Path", words_of(&path));
        let id = self.template.add(api, &stem, "AWS::ApiGateway::Resource", resource);
        self.apis.entry(api.to_owned()).or_default().paths.insert(path, id.clone());
        reference(&id)
    }

    /// What browsers ask before they call an API of another origin.
    fn preflight(&mut self, api: &str, path: &str, verbs: &[String], cors: &Map) {
        if verbs.iter().any(|verb| verb == "OPTIONS") {
            return;
        }
        let mut allowed: Vec<&str> = verbs.iter().map(String::as_str).chain(["OPTIONS"]).collect();
        if allowed.contains(&"ANY") {
            allowed = EVERY_VERB.to_vec();
        }
        allowed.sort_unstable();
        let (mut sent, mut declared) = (Map::new(), Map::new());
        for (key, header) in
            [("AllowOrigin", "Origin"), ("AllowHeaders", "Headers"), ("AllowMethods", "Methods"), ("MaxAge", "Max-Age")]
        {
            let computed = (key == "AllowMethods").then(|| Expression::Text(format!("'{}'", allowed.join(","))));
            if let Some(value) = cors.get(key).cloned().or(computed) {
                let name = match key {
                    "MaxAge" => format!("method.response.header.Access-Control-{header}"),
                    _ => format!("method.response.header.Access-Control-Allow-{header}"),
                };
                sent.put(name.clone(), value);
                declared.put(name, false);
            }
        }
        let answer = Map::new().with("StatusCode", "200").with("ResponseParameters", sent);
        let integration = Map::new()
            .with("Type", "MOCK")
            .with("RequestTemplates", Map::new().with("application/json", "{\"statusCode\": 200}"))
            .with("IntegrationResponses", vec![answer.into()]);
        let response = Map::new().with("StatusCode", "200").with("ResponseParameters", declared);
        let own = Map::new()
            .with("AuthorizationType", "NONE")
            .with("Integration", integration)
            .with("MethodResponses", vec![response.into()]);
        self.method(api, path, "OPTIONS", own);
    }

    /// The stage, and a deployment whose logical id changes with the methods: only so do new methods reach the stage.
    pub(super) fn rest_deployment(&mut self, id: &str, api: &Api) {
        if api.methods.is_empty() {
            let reason =
                "A REST API without a route has nothing to deploy, so it has no stage yet; draw an arrow from it.";
            self.template.unmap_domains(id);
            return self.template.leave_out(id, reason.to_owned());
        }
        self.apis
            .insert(id.to_owned(), Api { methods: api.methods.clone(), paths: api.paths.clone(), ..Api::default() });
        for (path, verbs) in &api.verbs {
            api.cors.iter().for_each(|cors| self.preflight(id, path, verbs, cors));
        }
        let Some(Api { methods, paths, .. }) = self.apis.remove(id) else { return };
        let authorizer = api.guard.iter().filter_map(Guard::resource);
        let content: Vec<String> = methods
            .iter()
            .chain(paths.values())
            .chain(authorizer)
            .filter_map(|part| Some(format!("{:?}", self.template.entries.get(part)?.properties)))
            .collect();
        let stem = format!("{id}Deployment{}", words::fingerprint(&content.concat()));
        let deployment = Map::new().with("RestApiId", reference(id));
        let deployment = self.template.add(id, &stem, "AWS::ApiGateway::Deployment", deployment);
        self.template.entries.entry(deployment.clone()).and_modify(|entry| entry.waits_for = methods);
        let stage = Map::new().with("RestApiId", reference(id)).with("DeploymentId", reference(&deployment));
        let stage = stage.with_all(api.stage.clone());
        let stage = self.template.add(id, &format!("{id}Stage"), "AWS::ApiGateway::Stage", stage);
        self.template.map_domains(id, &reference(&stage));
    }
}
