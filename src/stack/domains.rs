//! Domain names of one's own: the parameters that ask for them, and what is deployed where they are given.
//!
//! A stack that is deployed without them has none of it. Must not know which stage a dialect gives to an API.

use super::expression::no_value;
use super::lower::Lowering;
use super::{Expression, Map, Output, Parameter};
use crate::catalog::kind::DomainForm;

/// The field that asks for a domain.
const FIELD: &str = "custom_domain";
/// Where the records of every distribution point to, by the documentation of `AliasTarget`.
const DISTRIBUTIONS: &str = "Z2FDTNDATAQYW2";
/// What clients must speak at least.
const TLS: &str = "TLS_1_2";

/// What the parameters of one domain give.
struct Domain {
    name: Expression,
    certificate: Expression,
    zone: Expression,
    /// Condition that holds when there is a domain.
    is_there: String,
    /// Condition that holds when its zone gets a record, too.
    is_recorded: String,
}

/// What a record of a domain points to.
struct Target {
    name: Expression,
    zone: Expression,
}

impl Lowering<'_> {
    /// The domains of everything that asks for one.
    pub(super) fn domains(&mut self) {
        let forms =
            self.stack.resources.iter().filter(|(_, resource)| !resource.is_helper).filter_map(|(id, resource)| {
                let drawn = self.drawn(resource.node)?;
                let is_wanted = drawn.settings.get(FIELD)?.as_bool()?;
                Some((id.clone(), drawn.kind.domain.filter(|_| is_wanted)?))
            });
        for (id, form) in forms.collect::<Vec<_>>() {
            let is_edge = form == DomainForm::Alias || self.is_at_the_edge(&id);
            let domain = self.domain(&id, is_edge);
            let target = match form {
                DomainForm::Alias => self.aliases(&id, &domain),
                DomainForm::Mapping => self.mapped(&id, &domain),
                DomainForm::BasePath => self.base_path(&id, &domain, is_edge),
            };
            self.record(&id, domain, target);
        }
    }

    fn is_at_the_edge(&self, id: &str) -> bool {
        let endpoint = self.stack.resources.get(id).and_then(|api| api.properties.get("EndpointConfiguration"));
        matches!(endpoint, Some(Expression::Map(map)) if map.get("Type") == Some(&"EDGE".into()))
    }

    /// The parameters of one domain, and the conditions that they make.
    fn domain(&mut self, id: &str, is_edge: bool) -> Domain {
        let of = self.name_of(id).replace("${", "{");
        let place = if is_edge { "in us-east-1" } else { "in the Region of the stack" };
        let name = format!("Domain name of {of}, such as api.example.com; empty for none.");
        let name = self.ask(id, "DomainName", name);
        let certificate = format!("ARN of the certificate for the domain name of {of}, {place}; empty for none.");
        let certificate = self.ask(id, "CertificateArn", certificate);
        let zone =
            format!("Id of the hosted zone that gets a record for the domain name of {of}; empty for no record.");
        let zone = self.ask(id, "HostedZoneId", zone);
        let is_there = self.condition(id, "HasDomain", &[&name, &certificate]);
        let is_recorded = self.condition(id, "HasRecord", &[&name, &certificate, &zone]);
        let [name, certificate, zone] = [name, certificate, zone].map(Expression::Ref);
        Domain { name, certificate, zone, is_there, is_recorded }
    }

    /// A parameter that may stay empty.
    fn ask(&mut self, id: &str, part: &str, description: String) -> String {
        let name = self.helper_id(&format!("{id}{part}"));
        let node = self.node_of(id);
        let parameter = Parameter { default: Some(String::new()), node, ..Parameter::new(description) };
        self.stack.parameters.insert(name.clone(), parameter);
        name
    }

    fn condition(&mut self, id: &str, part: &str, given: &[&String]) -> String {
        let name = self.helper_id(&format!("{id}{part}"));
        self.stack.conditions.insert(name.clone(), given.iter().map(|one| (*one).clone()).collect());
        name
    }

    /// A helper that is deployed only where a condition holds.
    fn helper_where(&mut self, condition: &str, (of, part): (&str, &str), type_name: &str, properties: Map) -> String {
        let id = self.helper(of, part, type_name, properties);
        if let Some(helper) = self.stack.resources.get_mut(&id) {
            helper.condition = Some(condition.to_owned());
        }
        id
    }

    /// A distribution answers at the domain itself.
    fn aliases(&mut self, id: &str, domain: &Domain) -> Target {
        let certificate = Map::new()
            .with("AcmCertificateArn", domain.certificate.clone())
            .with("SslSupportMethod", "sni-only")
            .with("MinimumProtocolVersion", "TLSv1.2_2021");
        let given = |value: Expression| Expression::choice(&domain.is_there, value, no_value());
        self.set(id, "DistributionConfig.Aliases", given(vec![domain.name.clone()].into()));
        self.set(id, "DistributionConfig.ViewerCertificate", given(certificate.into()));
        Target { name: attribute(id, "DomainName"), zone: DISTRIBUTIONS.into() }
    }

    /// A domain of its own, whose root is mapped to the stage of an HTTP or WebSocket API.
    fn mapped(&mut self, id: &str, domain: &Domain) -> Target {
        let configuration = Map::new()
            .with("CertificateArn", domain.certificate.clone())
            .with("EndpointType", "REGIONAL")
            .with("SecurityPolicy", TLS);
        let own = Map::new()
            .with("DomainName", domain.name.clone())
            .with("DomainNameConfigurations", vec![configuration.into()]);
        let own = self.helper_where(&domain.is_there, (id, "Domain"), "AWS::ApiGatewayV2::DomainName", own);
        let mapping = Map::new().with("ApiId", Expression::Ref(id.to_owned()));
        self.map_stage(id, domain, &own, "AWS::ApiGatewayV2::ApiMapping", mapping);
        Target { name: attribute(&own, "RegionalDomainName"), zone: attribute(&own, "RegionalHostedZoneId") }
    }

    /// A domain of its own, whose root is mapped to the stage of a REST API.
    fn base_path(&mut self, id: &str, domain: &Domain, is_edge: bool) -> Target {
        let (endpoint, key, prefix) = if is_edge {
            ("EDGE", "CertificateArn", "Distribution")
        } else {
            ("REGIONAL", "RegionalCertificateArn", "Regional")
        };
        let own = Map::new()
            .with("DomainName", domain.name.clone())
            .with(key, domain.certificate.clone())
            .with("EndpointConfiguration", Map::new().with("Types", vec![endpoint.into()]))
            .with("SecurityPolicy", TLS);
        let own = self.helper_where(&domain.is_there, (id, "Domain"), "AWS::ApiGateway::DomainName", own);
        let mapping = Map::new().with("RestApiId", Expression::Ref(id.to_owned()));
        self.map_stage(id, domain, &own, "AWS::ApiGateway::BasePathMapping", mapping);
        let part = |part: &str| attribute(&own, &format!("{prefix}{part}"));
        Target { name: part("DomainName"), zone: part("HostedZoneId") }
    }

    /// Joins a domain to the stage of an API, or leaves it to the dialect where the stage is not a resource yet.
    fn map_stage(&mut self, api: &str, domain: &Domain, own: &str, type_name: &str, mapping: Map) {
        let mapping = mapping.with("DomainName", Expression::Ref(own.to_owned()));
        let mapping = self.helper_where(&domain.is_there, (api, "Mapping"), type_name, mapping);
        let node = self.node_of(api);
        let is_stage = |name: &String| name == "AWS::ApiGatewayV2::Stage";
        let mut mine = self.stack.resources.iter().filter(|(_, known)| known.is_helper && Some(known.node) == node);
        match mine.find(|(_, known)| known.types.values().any(is_stage)).map(|(stage, _)| stage.clone()) {
            Some(stage) => self.set(&mapping, "Stage", Expression::Ref(stage)),
            None => drop(self.stack.mappings.insert(mapping, api.to_owned())),
        }
    }

    /// A record in the zone, where one is given; everybody else is told what a record has to point to.
    fn record(&mut self, id: &str, domain: Domain, target: Target) {
        let description = format!("What a record of the domain name of {} points to", self.name_of(id));
        let output = Output {
            description: description.replace("${", "{"),
            value: target.name.clone(),
            condition: Some(domain.is_there),
            node: self.node_of(id),
        };
        self.stack.outputs.insert(format!("{id}DomainTarget"), output);
        let target = Map::new().with("DNSName", target.name).with("HostedZoneId", target.zone);
        let record = Map::new()
            .with("HostedZoneId", domain.zone)
            .with("Name", domain.name)
            .with("Type", "A")
            .with("AliasTarget", target);
        self.helper_where(&domain.is_recorded, (id, "Record"), "AWS::Route53::RecordSet", record);
    }
}

fn attribute(id: &str, name: &str) -> Expression {
    Expression::Attribute(id.to_owned(), name.to_owned())
}
