//! What some resources need beside themselves: archives, stages, instances, versions of bots, metrics of alarms.
//!
//! Must not know how a dialect says any of it.

use super::drawn::Drawn;
use super::lower::{Lowering, filled};
use super::{Code, Expression, Map, Severity, Wire, handles, invocation_uri, words};
use crate::catalog::kind::{Hook, Signal};
use crate::catalog::{Archetype, FieldType, Kind, Wiring};
use crate::diagram::Edge;

/// Settings of a WebSocket API that are properties of its stage.
const OF_STAGE: [&str; 3] = ["StageName", "DefaultRouteSettings", "AccessLogSettings"];

impl Lowering<'_> {
    /// What hooks ask for, once the arrows are known.
    pub(super) fn companions(&mut self) {
        self.hooked(Hook::Archive).iter().for_each(|id| self.archive(id));
        self.hooked(Hook::SocketStage).iter().for_each(|id| self.stage(id));
        self.hooked(Hook::SocketStage).iter().for_each(|id| self.socket_guard(id));
        self.hooked(Hook::ClusterInstance).iter().for_each(|id| self.instance(id));
        self.hooked(Hook::BotAlias).iter().for_each(|id| self.bot(id));
        self.hooked(Hook::LayerFolder).iter().for_each(|id| self.layer(id));
        self.hooked(Hook::GraphSchema).iter().for_each(|id| self.graph(id));
        self.scopes_of_alarms();
    }

    fn archive(&mut self, bus: &str) {
        let days = self.number_of(bus, "archive_days");
        let Some(days) = days else { return };
        let archive = Map::new()
            .with("SourceArn", Expression::Attribute(bus.to_owned(), "Arn".to_owned()))
            .with("RetentionDays", days);
        self.helper(bus, "Archive", "AWS::Events::Archive", archive);
    }

    pub(super) fn number_of(&self, id: &str, key: &str) -> Option<i64> {
        self.drawn_of(id)?.settings.get(key)?.as_i64()
    }

    pub(super) fn texts_of(&self, id: &str, key: &str) -> Vec<String> {
        let items = self.drawn_of(id).and_then(|drawn| drawn.settings.get(key)?.as_array()).into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    // --- WebSocket APIs ---

    fn stage(&mut self, api: &str) {
        self.set(api, "Name", own_name(api));
        let mut stage = Map::new().with("ApiId", Expression::Ref(api.to_owned())).with("AutoDeploy", true);
        if let Some(resource) = self.stack.resources.get_mut(api) {
            for key in OF_STAGE {
                resource.properties.remove(key).into_iter().for_each(|value| stage.put(key, value));
            }
        }
        self.helper(api, "Stage", "AWS::ApiGatewayV2::Stage", stage);
    }

    /// A route of a WebSocket API; those of other APIs are events that the dialect writes.
    pub(super) fn socket_route(&mut self, wire: &Wire) {
        let key = wire.text("route_key");
        if key.is_empty() {
            return;
        }
        let (api, function) = (wire.from.as_str(), wire.to.as_str());
        let known = self.socket_integration(api, function);
        let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
        let part = format!("{}Route", crate::catalog::connect::capitalised(&plain));
        let route = Map::new()
            .with("ApiId", Expression::Ref(api.to_owned()))
            .with("RouteKey", key)
            .with("Target", Expression::sub(&format!("integrations/${{{known}}}")));
        self.helper(api, &part, "AWS::ApiGatewayV2::Route", route);
    }

    /// One integration for each function, with the permission that it needs.
    fn socket_integration(&mut self, api: &str, function: &str) -> String {
        let mut wires = self.stack.wires.iter().filter(|wire| wire.from == api && wire.to == function);
        if let Some(known) = wires.find_map(|wire| wire.helper.clone()) {
            return known;
        }
        let integration = Map::new()
            .with("ApiId", Expression::Ref(api.to_owned()))
            .with("IntegrationType", "AWS_PROXY")
            .with("IntegrationUri", invocation_uri(function));
        let id = self.helper(api, &format!("To{function}"), "AWS::ApiGatewayV2::Integration", integration);
        for wire in self.stack.wires.iter_mut().filter(|wire| wire.from == api && wire.to == function) {
            wire.helper = Some(id.clone());
        }
        let source = format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*");
        self.permit(api, Expression::sub(&source), "apigateway.amazonaws.com", function);
        id
    }

    // --- databases ---

    fn instance(&mut self, cluster: &str) {
        let engine = self.text_of(cluster, "engine");
        let instance = Map::new()
            .with("DBClusterIdentifier", Expression::Ref(cluster.to_owned()))
            .with("DBInstanceClass", "db.serverless")
            .with("Engine", engine);
        self.helper(cluster, "Instance", "AWS::RDS::DBInstance", instance);
        let subnets: Vec<Expression> = self.texts_of(cluster, "subnet_ids").into_iter().map(Expression::from).collect();
        if !subnets.is_empty() {
            let group =
                Map::new().with("DBSubnetGroupDescription", format!("Subnets of {cluster}")).with("SubnetIds", subnets);
            let id = self.helper(cluster, "Subnets", "AWS::RDS::DBSubnetGroup", group);
            self.set(cluster, "DBSubnetGroupName", Expression::Ref(id));
        }
    }

    // --- bots ---

    fn bot(&mut self, bot: &str) {
        let Some(role) = self.own_role(bot) else { return };
        let locale = self.text_of(bot, "locale");
        let intents: Vec<Expression> = self.texts_of(bot, "intents").iter().map(|text| intent(text)).collect();
        let fallback = Map::new()
            .with("Name", "FallbackIntent")
            .with("ParentIntentSignature", "AMAZON.FallbackIntent")
            .with("FulfillmentCodeHook", Map::new().with("Enabled", true));
        let intents: Vec<Expression> = intents.into_iter().chain([fallback.into()]).collect();
        let language = Map::new()
            .with("LocaleId", locale)
            .with("NluConfidenceThreshold", Expression::Decimal("0.4".to_owned()))
            .with("Intents", intents);
        // A bot that speaks lends its voice from another service, which knows no resource of ours.
        self.allow(bot, &["polly:SynthesizeSpeech"], vec!["*".into()]);
        self.set(bot, "Name", own_name(bot));
        self.set(bot, "RoleArn", role);
        self.set(bot, "BotLocales", vec![language.into()]);
        let details = Map::new().with("SourceBotVersion", "DRAFT");
        let detail = Map::new().with("LocaleId", locale).with("BotVersionLocaleDetails", details);
        let version = Map::new()
            .with("BotId", Expression::Ref(bot.to_owned()))
            .with("BotVersionLocaleSpecification", vec![detail.into()]);
        let version = self.helper(bot, "Version", "AWS::Lex::BotVersion", version);
        self.bot_alias(bot, &version, locale);
    }

    fn bot_alias(&mut self, bot: &str, version: &str, locale: &str) {
        let function =
            self.stack.wires.iter().find(|wire| wire.from == bot && wire.wiring == crate::catalog::Wiring::BotHook);
        let function = function.map(|wire| wire.to.clone());
        let mut setting = Map::new().with("Enabled", true);
        if let Some(arn) = function.as_deref().and_then(|id| self.arn(id)) {
            let hook = Map::new().with("CodeHookInterfaceVersion", "1.0").with("LambdaArn", arn);
            setting.put("CodeHookSpecification", Map::new().with("LambdaCodeHook", hook));
        }
        let locale = Map::new().with("LocaleId", locale).with("BotAliasLocaleSetting", setting);
        let alias = Map::new()
            .with("BotId", Expression::Ref(bot.to_owned()))
            .with("BotAliasName", "live")
            .with("BotVersion", Expression::Attribute(version.to_owned(), "BotVersion".to_owned()))
            .with("BotAliasLocaleSettings", vec![locale.into()]);
        let alias = self.helper(bot, "Alias", "AWS::Lex::BotAlias", alias);
        self.tell_callers(bot, &alias, function.as_deref());
        if let Some(function) = function {
            // The permission names every alias of the bot: the alias itself waits for the function.
            let arn =
                format!("arn:${{AWS::Partition}}:lex:${{AWS::Region}}:${{AWS::AccountId}}:bot-alias/${{{bot}}}/*");
            self.permit(&alias, Expression::sub(&arn), "lexv2.amazonaws.com", &function);
        }
    }

    /// Code talks to a bot by the number of its alias. A function that the alias waits for cannot be told; it is asked
    /// by the bot anyway.
    fn tell_callers(&mut self, bot: &str, alias: &str, asked: Option<&str>) {
        let calls = self.stack.wired(crate::catalog::Wiring::Call).filter(|wire| wire.to == bot);
        let callers: Vec<String> = calls.map(|wire| wire.from.clone()).collect();
        for caller in callers.iter().filter(|caller| Some(caller.as_str()) != asked) {
            if self.archetype(caller) == Some(Archetype::Function) {
                let number = Expression::Attribute(alias.to_owned(), "BotAliasId".to_owned());
                self.variable(caller, bot, "ALIAS_ID", number);
            }
        }
    }

    // --- alarms ---

    /// The metric that an alarm watches, also one of a node that is not deployed.
    pub(super) fn watch(&mut self, edge: &Edge, wire: &Wire) {
        let (Some(source), Some(alarm)) = (self.drawn(edge.from), self.deployed(edge.to)) else { return };
        let wanted = wire.text("metric");
        let Some(signal) = metric(source.kind, wanted) else {
            let known: Vec<&str> = source.kind.signals.iter().filter_map(metric_name).collect();
            let message =
                format!("{} has no metric {wanted}; an alarm can watch {}.", self.name(edge.from), known.join(", "));
            self.problem(Severity::Error, Code::InvalidSetting, edge.from, message);
            return;
        };
        if self.stack.resources.get(alarm).is_some_and(|alarm| alarm.properties.get("MetricName").is_some()) {
            let message =
                format!("{} watches two metrics, and can watch one; draw a second alarm.", self.name_of(alarm));
            self.problem_of(Severity::Error, Code::ConflictingArrow, alarm, message);
            return;
        }
        self.watched(source, alarm, signal, wire.text("statistic"));
    }

    fn watched(&mut self, source: &Drawn<'_>, alarm: &str, signal: &Signal, statistic: &str) {
        let Signal::Metric { namespace, name, statistic: usual, dimension, value, .. } = signal else {
            return;
        };
        self.set(alarm, "Namespace", filled(namespace, &source.settings));
        self.set(alarm, "MetricName", filled(name, &source.settings));
        let statistic = if statistic.is_empty() { usual.as_str() } else { statistic };
        let key = if statistic.starts_with('p') { "ExtendedStatistic" } else { "Statistic" };
        self.set(alarm, key, statistic);
        if let Some(source) = source.deployed().filter(|_| !dimension.is_empty()) {
            let value = handles::value(value, source, "");
            let dimension = Map::new().with("Name", dimension.as_str()).with("Value", value);
            self.set(alarm, "Dimensions", vec![dimension.into()]);
        }
    }

    /// The metrics of what stands in another, such as a rule on a bus, go by the name of that, too. Its own name is the last
    /// part of its ARN then: a plain reference gives both.
    pub(super) fn scopes_of_alarms(&mut self) {
        for edge in self.stack.wired(Wiring::Watch).map(|wire| wire.edge).collect::<Vec<_>>() {
            let Some(wire) = self.stack.wires.iter().find(|wire| wire.edge == edge).cloned() else { continue };
            let Some(source) = self.drawn_of(&wire.from) else { continue };
            let Some(Signal::Metric { dimension, within, .. }) = metric(source.kind, wire.text("metric")) else {
                continue;
            };
            let scope = self.stack.resources.get(&wire.from).and_then(|own| own.properties.get(within)).cloned();
            let Some(scope) = scope.filter(|_| !within.is_empty()) else { continue };
            let of = Box::new(Expression::Attribute(wire.from.clone(), "Arn".to_owned()));
            let own = Expression::Part { index: 2, separator: "/".to_owned(), of };
            let pair = |name: &str, value: Expression| Map::new().with("Name", name).with("Value", value).into();
            self.set(&wire.to, "Dimensions", vec![pair(within, scope), pair(dimension, own)]);
        }
    }

    /// A topic that is told of an alarm.
    pub(super) fn alarm_action(&mut self, wire: &Wire) {
        let Some(arn) = self.arn(&wire.to) else { return };
        self.push(&wire.from, &[wire.text("on")], arn);
        let own = Expression::Attribute(wire.from.clone(), "Arn".to_owned());
        self.admit(&wire.from, own, "cloudwatch.amazonaws.com", &wire.to);
    }

    /// Alarms that watch nothing cannot be made.
    pub(super) fn alarms(&mut self) {
        let has_alarm =
            |kind: &Kind| kind.field("threshold").is_some_and(|field| field.field_type == FieldType::Decimal);
        let idle: Vec<String> = self
            .stack
            .resources
            .iter()
            .filter(|(_, resource)| !resource.is_helper && resource.properties.get("MetricName").is_none())
            .filter(|(_, resource)| self.drawn(resource.node).is_some_and(|drawn| has_alarm(drawn.kind)))
            .map(|(id, _)| id.clone())
            .collect();
        idle.iter().for_each(|id| self.idle(id, "watches nothing; draw an arrow from what it watches."));
    }
}

/// A name that no other stack of the account has.
pub(super) fn own_name(id: &str) -> Expression {
    Expression::sub(&format!("${{AWS::StackName}}-{}", words::shortened(id, 40)))
}

/// The metric of this name, or the one that tells of failure: the first that a kind lists.
fn metric<'k>(kind: &'k Kind, wanted: &str) -> Option<&'k Signal> {
    let alarming = kind.signals.iter().find(|signal| matches!(signal, Signal::Metric { alarm: true, .. }));
    let mut metrics = kind.signals.iter().filter(|signal| metric_name(signal).is_some());
    if wanted.is_empty() {
        alarming.or_else(|| metrics.next())
    } else {
        metrics.find(|signal| metric_name(signal) == Some(wanted))
    }
}

fn metric_name(signal: &Signal) -> Option<&str> {
    match signal {
        Signal::Metric { name, .. } => Some(name),
        Signal::Logs { .. } | Signal::Segment { .. } => None,
    }
}

/// An intent from a text such as `OrderStatus: where is my order`.
fn intent(text: &str) -> Expression {
    let (name, sentence) = text.split_once(':').unwrap_or((text, text));
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
    let utterance = Map::new().with("Utterance", sentence.trim());
    let hook = || Map::new().with("Enabled", true);
    Map::new()
        .with("Name", plain)
        .with("SampleUtterances", vec![utterance.into()])
        .with("DialogCodeHook", hook())
        .with("FulfillmentCodeHook", hook())
        .into()
}
