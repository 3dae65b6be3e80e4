//! What a wire does, in a sentence, and its settings as people read them.
//!
//! Must not know how a dialect says it.

use super::Sentence;
use crate::catalog::{Catalog, Wiring, is_set};
use crate::diagram::Diagram;
use crate::stack::Wire;

/// The sentence of a wire; `None` when its arrow is not in the diagram.
pub(super) fn sentence(diagram: &Diagram, catalog: &Catalog, wire: &Wire) -> Option<Sentence> {
    let edge = diagram.edges().get(&wire.edge)?;
    let (from, to) = (diagram.nodes().get(&edge.from)?, diagram.nodes().get(&edge.to)?);
    let row = catalog.connection(catalog.kind(&from.kind), catalog.kind(&to.kind), Some(edge.relation)).ok()?;
    let counts = |key: &str| wire.settings.get(key).is_some_and(is_set);
    let fields = row.fields.iter().filter(|field| field.when.as_deref().is_none_or(counts));
    let settings = fields.filter_map(|field| {
        let value = wire.settings.get(&field.key).filter(|value| is_set(value) || value.is_boolean())?;
        Some((field.label.clone(), field.shown(value)))
    });
    let words = words(wire.wiring, &short(&from.name), &short(&to.name));
    Some(Sentence { edge: wire.edge, words, settings: settings.collect() })
}

/// A name that fits into a sentence.
fn short(name: &str) -> String {
    if name.chars().count() <= 60 {
        name.to_owned()
    } else {
        format!("{}…", name.chars().take(59).collect::<String>())
    }
}

fn words(wiring: Wiring, from: &str, to: &str) -> String {
    match wiring {
        Wiring::Route => format!("A route of {from} invokes {to} and waits for its answer."),
        Wiring::EventSourceMapping => format!("An event source mapping reads {from} and invokes {to} with batches."),
        Wiring::Notification => format!("A notification of {from} invokes {to}, which nobody waits for."),
        Wiring::WorkflowTask => format!("A step of {from} runs {to}; its definition names it by a substitution."),
        Wiring::Authorizer => format!("An authorizer of {to} checks callers against {from}."),
        Wiring::AuthorizerFunction => format!("An authorizer of {to} asks {from} about callers and takes its word."),
        Wiring::Origin => format!("{to} is an origin of {from}."),
        Wiring::DeadLetter => format!("{to} keeps what {from} could not hand over."),
        Wiring::Destination => format!("{to} keeps the events at which {from} failed."),
        Wiring::Call => format!("{from} calls {to}; its role has the right, and nothing is triggered."),
        Wiring::Subscription => format!("A subscription hands the messages of {from} to {to}."),
        Wiring::RuleSource => format!("The rule {to} takes its events from {from}."),
        Wiring::RuleTarget => format!("A rule hands events of {from} to its target {to}."),
        Wiring::ScheduleTarget => format!("{from} runs its target {to} when it is time."),
        Wiring::StreamConsumer => format!("{to} reads the stream {from}."),
        Wiring::Delivery => format!("{from} writes files into {to}."),
        Wiring::Transform => format!("{from} has its records changed by {to} before it writes them."),
        Wiring::UserPoolTrigger => format!("A trigger of {from} asks {to} at a step of signing up or in."),
        Wiring::BotHook => format!("The code hook of {from} asks {to} what to answer."),
        Wiring::PipeEnd => format!("What {from} holds or passes on goes to {to}, by a pipe."),
        Wiring::RuleAction => format!("An action of the rule {from} hands messages of devices to {to}."),
        Wiring::Resolver => format!("A resolver of {from} answers a field from {to}."),
        Wiring::Watch => format!("{to} watches a metric of {from}."),
        Wiring::AlarmAction => format!("An alarm action of {from} tells {to}."),
        Wiring::Crawl => format!("A crawler of {to} looks through {from} for tables."),
        Wiring::Layer => format!("{from} is deployed with the code of {to}."),
        Wiring::Query => format!("{to} reads {from} by the rights of whoever asks; nothing is deployed for it."),
    }
}
