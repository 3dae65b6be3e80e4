//! HTTP APIs: one integration for each function, one route for each arrow, and a stage that is deployed by itself.
//!
//! Must not know what the functions are.

use super::super::events::{arn, reference};
use super::Plain;
use super::apis::words_of;
use super::guards::Guard;
use crate::catalog::connect::capitalised;
use crate::stack::{Expression, Map, Wire};

impl Plain<'_> {
    pub(super) fn http_route(&mut self, wire: &Wire, function: &str, verb: &str, guard: Option<&Guard>) {
        let (api, path) = (wire.from.as_str(), wire.text("path"));
        let integration = self.http_integration(api, function);
        let mut route = Map::new()
            .with("ApiId", reference(api))
            .with("RouteKey", format!("{verb} {path}"))
            .with("Target", Expression::sub(&format!("integrations/${{{integration}}}")));
        if guard.is_some() {
            Guard::put(guard, &mut route, "JWT");
        }
        let stem = format!("{api}{}{}Route", capitalised(&verb.to_ascii_lowercase()), words_of(path));
        self.template.add(api, &stem, "AWS::ApiGatewayV2::Route", route);
    }

    fn http_integration(&mut self, api: &str, function: &str) -> String {
        let known = self.apis.get(api).and_then(|known| known.integrations.get(function).cloned());
        known.unwrap_or_else(|| {
            let integration = Map::new()
                .with("ApiId", reference(api))
                .with("IntegrationType", "AWS_PROXY")
                .with("IntegrationUri", arn(function))
                .with("PayloadFormatVersion", "2.0");
            let stem = format!("{api}To{function}");
            let id = self.template.add(api, &stem, "AWS::ApiGatewayV2::Integration", integration);
            let api = self.apis.entry(api.to_owned()).or_default();
            api.integrations.insert(function.to_owned(), id.clone());
            id
        })
    }

    pub(super) fn http_stage(&mut self, api: &str, own: Map) {
        let stage = Map::new().with("ApiId", reference(api)).with("AutoDeploy", true).with_all(own);
        let stage = self.template.add(api, &format!("{api}Stage"), "AWS::ApiGatewayV2::Stage", stage);
        self.template.map_domains(api, &reference(&stage));
    }
}
