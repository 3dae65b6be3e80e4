//! Distributions: their origins, cache behaviours, and the policies that let them read buckets that nobody else can.
//!
//! Must not know how a dialect carries the result.

use std::collections::BTreeMap;

use super::lower::Lowering;
use super::properties::put;
use super::{Code, Expression, LeftOut, Map, Severity, Wire, words};
use crate::catalog::kind::{Hook, PropertyPath};
use crate::catalog::{Archetype, Wiring};

/// The managed cache policy that keeps what the origin allows (`CachingOptimized`).
const CACHED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
/// The managed cache policy that keeps nothing (`CachingDisabled`).
const NOT_CACHED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// The managed origin request policy that passes everything on but the host (`AllViewerExceptHostHeader`).
const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
/// Every method that a distribution passes on.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

impl Lowering<'_> {
    /// The origins of every distribution, and one policy for each bucket among them.
    pub(super) fn origins(&mut self) {
        let mut readers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for drawn in self.drawn.values().filter(|drawn| drawn.kind.hooks.contains(&Hook::Origins)) {
            drawn.deployed().into_iter().for_each(|id| self.distribution(id, &mut readers));
        }
        for (bucket, distributions) in readers {
            let policy = Map::new()
                .with("Bucket", Expression::Ref(bucket.clone()))
                .with("PolicyDocument", self.read_policy(&bucket, &distributions));
            self.helper(&bucket, "Policy", "AWS::S3::BucketPolicy", policy);
        }
    }

    fn distribution(&mut self, id: &str, readers: &mut BTreeMap<String, Vec<String>>) {
        let mut wires: Vec<Wire> = self.stack.wired(Wiring::Origin).filter(|wire| wire.from == id).cloned().collect();
        let Some(default) =
            wires.iter().position(|wire| wire.text("path_pattern").is_empty()).or(wires.first().map(|_| 0))
        else {
            let name = self.name_of(id);
            let message = format!("{name} has nothing to fetch from; draw an arrow to a bucket or an API.");
            self.problem_of(Severity::Error, Code::MissingSetting, id, message);
            return;
        };
        let default = wires.remove(default);
        let control = self.access_control(id, std::iter::once(&default).chain(&wires));
        let mut origins = Vec::new();
        for wire in std::iter::once(&default).chain(&wires) {
            origins.extend(self.origin(wire, control.as_deref()));
            if self.is_bucket(&wire.to) {
                readers.entry(wire.to.clone()).or_default().push(id.to_owned());
            }
        }
        let behaviours: Vec<Expression> = wires.iter().filter_map(|wire| self.patterned(wire)).collect();
        let default = self.behaviour(&default, Map::new());
        let config = [("Origins", Expression::from(origins)), ("DefaultCacheBehavior", default.into())];
        let more = (!behaviours.is_empty()).then(|| ("CacheBehaviors", Expression::from(behaviours)));
        self.configure(id, config.into_iter().chain(more));
    }

    fn configure(&mut self, id: &str, values: impl Iterator<Item = (&'static str, Expression)>) {
        let Some(resource) = self.stack.resources.get_mut(id) else { return };
        let mut properties = Expression::Map(std::mem::take(&mut resource.properties));
        for (key, value) in values {
            if let Some(path) = PropertyPath::parse(&format!("DistributionConfig.{key}")) {
                put(&mut properties, &path, value);
            }
        }
        if let Expression::Map(map) = properties {
            resource.properties = map;
        }
    }

    pub(super) fn name_of(&self, id: &str) -> String {
        self.stack.resources.get(id).map(|resource| self.name(resource.node)).unwrap_or_default()
    }

    fn is_bucket(&self, id: &str) -> bool {
        self.stack.resources.get(id).is_some_and(|resource| resource.archetype == Archetype::Bucket)
    }

    /// What signs a distribution's requests to buckets; none when it has no bucket.
    fn access_control<'w>(&mut self, id: &str, mut wires: impl Iterator<Item = &'w Wire>) -> Option<String> {
        wires.any(|wire| self.is_bucket(&wire.to)).then(|| {
            let name = Expression::sub(&format!("${{AWS::StackName}}-{}", words::shortened(id, 30)));
            let config = Map::new()
                .with("Name", name)
                .with("OriginAccessControlOriginType", "s3")
                .with("SigningBehavior", "always")
                .with("SigningProtocol", "sigv4");
            let properties = Map::new().with("OriginAccessControlConfig", config);
            self.helper(id, "AccessControl", "AWS::CloudFront::OriginAccessControl", properties)
        })
    }

    fn origin(&mut self, wire: &Wire, control: Option<&str>) -> Option<Expression> {
        let origin = Map::new().with("Id", wire.to.as_str());
        if self.is_bucket(&wire.to) {
            let origin = origin
                .with("DomainName", Expression::Attribute(wire.to.clone(), "RegionalDomainName".to_owned()))
                .with("S3OriginConfig", Map::new().with("OriginAccessIdentity", ""));
            let control = control.map(|control| Expression::Attribute(control.to_owned(), "Id".to_owned()));
            return Some(
                control.into_iter().fold(origin, |origin, id| origin.with("OriginAccessControlId", id)).into(),
            );
        }
        let target = self.stack.resources.get(&wire.to)?;
        if target.archetype != Archetype::Api {
            let (subject, reason) = (self.name_of(&wire.from), format!("It cannot fetch from {}.", target.name));
            self.stack.left_out.push(LeftOut { subject, reason });
            return None;
        }
        let domain = Expression::sub(&format!("${{{}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}", wire.to));
        let custom = Map::new()
            .with("OriginProtocolPolicy", "https-only")
            .with("OriginSSLProtocols", vec![Expression::from("TLSv1.2")]);
        let stage = self.text_of(&wire.to, "stage");
        let path = (!stage.is_empty() && stage != "$default").then(|| format!("/{stage}"));
        let origin = origin.with("DomainName", domain);
        let origin = path.into_iter().fold(origin, |origin, path| origin.with("OriginPath", path));
        Some(origin.with("CustomOriginConfig", custom).into())
    }

    /// The behaviour for the paths of an arrow; a second arrow without a pattern can have none.
    fn patterned(&mut self, wire: &Wire) -> Option<Expression> {
        let pattern = wire.text("path_pattern");
        if pattern.is_empty() {
            let name = self.name_of(&wire.from);
            let message =
                format!("{name} has two origins without a path pattern; give {} one.", self.name_of(&wire.to));
            self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
            return None;
        }
        Some(self.behaviour(wire, Map::new().with("PathPattern", pattern)).into())
    }

    /// What a bucket holds may be kept at the edge; what an API answers may not.
    fn behaviour(&self, wire: &Wire, start: Map) -> Map {
        let behaviour = start
            .with("TargetOriginId", wire.to.as_str())
            .with("ViewerProtocolPolicy", "redirect-to-https")
            .with("Compress", true);
        if self.is_bucket(&wire.to) {
            return behaviour.with("CachePolicyId", CACHED);
        }
        let methods: Vec<Expression> = METHODS.into_iter().map(Expression::from).collect();
        behaviour
            .with("AllowedMethods", methods)
            .with("CachePolicyId", NOT_CACHED)
            .with("OriginRequestPolicyId", ALL_BUT_HOST)
    }

    /// Lets these distributions, and nobody else, read the objects of a bucket.
    fn read_policy(&self, bucket: &str, distributions: &[String]) -> Map {
        let arns: Vec<Expression> = distributions.iter().filter_map(|id| self.arn(id)).collect();
        let source = if let [only] = arns.as_slice() { only.clone() } else { Expression::from(arns) };
        let statement = Map::new()
            .with("Effect", "Allow")
            .with("Principal", Map::new().with("Service", "cloudfront.amazonaws.com"))
            .with("Action", "s3:GetObject")
            .with("Resource", Expression::sub(&format!("${{{bucket}.Arn}}/*")))
            .with("Condition", Map::new().with("StringEquals", Map::new().with("AWS:SourceArn", source)));
        Map::new().with("Version", "2012-10-17").with("Statement", vec![statement.into()])
    }
}
