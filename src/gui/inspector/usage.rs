//! How much is used: every figure of a node with the place that it comes from, its busiest time, and what flows along an
//! arrow.
//!
//! Must not know how any of it is worked out.

use std::collections::BTreeSet;

use eframe::egui::{Id, Ui, vec2};
use serde_json::Value;

use super::controls::Select;
use super::curve::{self, Drawn};
use super::draft::Spec;
use super::fields::{MIXED, Subject, column, name, setting};
use super::{Desk, padded};
use crate::app::Command;
use crate::app::bill::overlay::told_of_arrow;
use crate::app::fields::{CommonField, Shared};
use crate::app::usage::{amount, figure, origin, typed};
use crate::catalog::kind::{Kind, UsageKey};
use crate::catalog::names::Named as _;
use crate::catalog::usage::{BURST, CURVE, Curve};
use crate::catalog::{Field, FieldType, TextForm};
use crate::diagram::{EdgeId, Element, NodeId};
use crate::gui::widgets::{caption, divider, section};
use crate::picture::text::{Face, width};
use crate::workload::{Amount, Origin, Workload};

/// Shows the figures of nodes that are selected together: those that all of them have.
pub(super) fn nodes(ui: &mut Ui, desk: &mut Desk<'_>, ids: &[NodeId]) {
    let catalog = desk.workspace.catalog();
    let diagram = desk.open.document.diagram();
    let kinds: Vec<&Kind> =
        ids.iter().filter_map(|id| diagram.nodes().get(id)).map(|node| catalog.kind(&node.kind)).collect();
    let (Some(first), Some(workload)) = (kinds.first(), desk.workspace.workload()) else { return };
    let in_all =
        |key: &&UsageKey| kinds.iter().all(|kind| kind.usage_key(&key.key).is_some_and(|other| other.unit == key.unit));
    let is_told = |key: &UsageKey| {
        ids.iter().filter_map(|id| diagram.nodes().get(id)).any(|node| node.usage.contains_key(&key.key))
    };
    let is_asked = |key: &&UsageKey| !key.is_measured || is_told(key);
    let keys: Vec<&UsageKey> = first.usage.iter().filter(in_all).filter(is_asked).collect();
    let has_peaks = kinds.iter().all(|kind| kind.has_peaks());
    padded(ui, |ui| {
        section(ui, "A month");
        if keys.is_empty() {
            caption(ui, if ids.len() > 1 { "They have no figure in common." } else { "Nothing of it is counted." });
        }
        ui.add_space(4.0);
        let fields: Vec<CommonField> = keys.iter().map(|key| common(desk, ids, key)).collect();
        let wide = column(&fields);
        for (key, field) in keys.iter().zip(&fields) {
            row(ui, desk, (ids, workload), key, field, wide);
        }
        if let [id] = ids {
            endless(ui, desk, workload, *id);
        }
    });
    divider(ui);
    if has_peaks {
        padded(ui, |ui| peaks(ui, desk, ids, workload));
    }
}

/// A key as a setting, with what the nodes themselves say.
fn common(desk: &Desk<'_>, ids: &[NodeId], key: &UsageKey) -> CommonField {
    CommonField { field: field(&key.key, &key.label, &key.help), shared: shared(desk, ids, &key.key) }
}

fn field(key: &str, label: &str, help: &str) -> Field {
    Field {
        key: key.to_owned(),
        label: label.to_owned(),
        field_type: FieldType::Text,
        form: TextForm::Any,
        unit: String::new(),
        default: None,
        min: None,
        max: None,
        choices: Vec::new(),
        when: None,
        required: false,
        help: help.to_owned(),
        vendor: String::new(),
        properties: Vec::new(),
    }
}

fn shared(desk: &Desk<'_>, ids: &[NodeId], key: &str) -> Shared {
    let nodes = desk.open.document.diagram().nodes();
    let mut values = ids.iter().filter_map(|id| nodes.get(id)).map(|node| node.usage.get(key));
    let own = values.next().flatten();
    if values.all(|value| value == own) { Shared::Same(own.cloned()) } else { Shared::Mixed }
}

fn set(ids: &[NodeId], key: &str, value: Option<Value>) -> Command {
    Command::SetUsage(ids.iter().copied().collect::<BTreeSet<NodeId>>(), key.to_owned(), value)
}

fn row(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    (ids, workload): (&[NodeId], &Workload),
    key: &UsageKey,
    common: &CommonField,
    column: f32,
) {
    let diagram = desk.open.document.diagram();
    let amounts = |id: &NodeId| {
        let kind = desk.workspace.catalog().kind(&diagram.nodes().get(id)?.kind);
        let at = kind.usage.iter().position(|known| known.key == key.key)?;
        workload.node(*id).get(at).copied().flatten()
    };
    let known: Vec<Option<Amount>> = ids.iter().map(amounts).collect();
    let is_same = known.windows(2).all(|two| two[0] == two[1]);
    let first = known.first().copied().flatten();
    let hint = match first {
        _ if !is_same || common.is_mixed() => MIXED.to_owned(),
        Some(known) => amount(known),
        None => "not known".to_owned(),
    };
    let words = match ids {
        [id] => told(&origin(diagram, workload, *id, key, first), common, first),
        _ => String::new(),
    };
    let subject = subject(ids, column);
    shown(ui, desk, (ids, &subject), common, (&hint, &short(&key.unit)), &words, |text| key.parse(text));
}

fn subject(ids: &[NodeId], column: f32) -> (Id, f32) {
    (Id::new(("usage", ids.first())), column)
}

/// Where a figure comes from, and what a rate or a share comes to.
fn told(origin: &str, common: &CommonField, known: Option<Amount>) -> String {
    match (&common.shared, known) {
        (Shared::Same(Some(Value::String(_))), Some(known)) => format!("{origin} · {}", amount(known)),
        _ => origin.to_owned(),
    }
}

/// A unit without what the head of the section says already.
fn short(unit: &str) -> String {
    unit.strip_suffix(" a month").unwrap_or(unit).to_owned()
}

fn shown(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    (ids, (id, column)): (&[NodeId], &(Id, f32)),
    common: &CommonField,
    (hint, unit): (&str, &str),
    words: &str,
    parse: impl Fn(&str) -> Result<Value, String>,
) {
    let key = &common.field.key;
    let id = id.with(key);
    let own = if let Shared::Same(Some(value)) = &common.shared { typed(value) } else { String::new() };
    let text = if own.is_empty() { hint } else { &own };
    // A long figure is worth more than its unit, which then stands below.
    let fits =
        width(text, Face::Regular, 13.0) + width(unit, Face::Regular, 12.0) + PADDING < ui.available_width() - column;
    let (unit, words) = if fits || unit.is_empty() { (unit, words.to_owned()) } else { ("", joined(unit, words)) };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let subject =
            Subject { id, set: &|key, value| set(ids, key, value), file_size: &|_| None, column: *column, types: &[] };
        if name(ui, &subject, common) {
            desk.commands.push(set(ids, key, None));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
            let spec = Spec { hint, unit, help: &common.field.help, ..Spec::new(id, &common.field.label, &own) };
            let judge = |text: &str| match text.trim() {
                "" => Ok(set(ids, key, None)),
                text => parse(text).map(|value| set(ids, key, Some(value))),
            };
            desk.drafts.text(ui, &spec, judge, desk.commands);
            desk.drafts.refusal(ui, id, &common.field.label);
            if !words.is_empty() {
                caption(ui, &words);
            }
            ui.add_space(4.0);
        });
    });
}

/// Room in a field before its text, after it and after its unit, in points.
const PADDING: f32 = 30.0;

fn joined(unit: &str, words: &str) -> String {
    if words.is_empty() { unit.to_owned() } else { format!("{unit} · {words}") }
}

/// A loop that never ends is told where it is seen.
fn endless(ui: &mut Ui, desk: &Desk<'_>, workload: &Workload, id: NodeId) {
    let names = desk.open.document.diagram().nodes();
    for found in workload.loops().iter().filter(|found| found.is_endless && found.nodes.contains(&id)) {
        let told: Vec<&str> =
            found.nodes.iter().filter_map(|id| names.get(id)).map(|node| node.name.as_str()).collect();
        caption(
            ui,
            &format!(
                "What leaves here comes back and never ends: {}. The figures are those of the first round; give one of the \
                 arrows a share below 1.",
                told.join(", ")
            ),
        );
    }
}

/// Curve and burst, and what they come to.
fn peaks(ui: &mut Ui, desk: &mut Desk<'_>, ids: &[NodeId], workload: &Workload) {
    section(ui, "Busiest time");
    ui.add_space(4.0);
    let curve = CommonField {
        field: field(CURVE, "Daily curve", "How traffic is spread over a day; the month stays the same."),
        shared: shared(desk, ids, CURVE),
    };
    let burst = CommonField {
        field: field(
            BURST,
            "Burst",
            "So many times the rest, for so many minutes a day: 5x10. The month stays the same.",
        ),
        shared: shared(desk, ids, BURST),
    };
    let (id, wide) = subject(ids, column(&[curve.clone(), burst.clone()]));
    curve_row(ui, desk, ids, &curve, (id, wide));
    let parse = |text: &str| match crate::catalog::usage::burst(&Value::from(text)) {
        Some(_) => Ok(Value::from(text)),
        None => Err("must be a factor and minutes a day, such as 5x10".to_owned()),
    };
    let hint = if burst.is_mixed() { MIXED } else { "none" };
    shown(ui, desk, (ids, &(id, wide)), &burst, (hint, "times x min"), "", parse);
    if let [id] = ids {
        caption(ui, &peak(workload, *id));
    }
}

fn peak(workload: &Workload, id: NodeId) -> String {
    let Some(peak) = workload.peak(id) else { return "How busy it gets is not known.".to_owned() };
    let at_once = match peak.concurrency {
        Some(at_once) => format!(", {} at the same time", figure(at_once)),
        None => String::new(),
    };
    format!("At its busiest {} a second{at_once}.", figure(peak.per_second))
}

/// What the choice of one's own weights is called.
const OWN: &str = "own";

fn curve_row(ui: &mut Ui, desk: &mut Desk<'_>, ids: &[NodeId], common: &CommonField, (id, column): (Id, f32)) {
    let label = |curve: &Curve| match curve {
        Curve::Flat => "Flat",
        Curve::Business => "Business hours",
        Curve::Evening => "Evening",
    };
    let ready = Curve::ALL.iter().map(|(value, curve)| (*value, label(curve)));
    let options: Vec<(&str, &str)> = ready.chain([(OWN, "Custom")]).collect();
    let (chosen, none) = match &common.shared {
        Shared::Mixed => ("", MIXED),
        Shared::Same(None) => ("", "as its sources"),
        Shared::Same(Some(Value::String(own))) => (own.as_str(), "as its sources"),
        Shared::Same(Some(_)) => (OWN, ""),
    };
    let id = id.with(CURVE);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let subject = Subject { id, set: &|key, value| set(ids, key, value), file_size: &|_| None, column, types: &[] };
        if name(ui, &subject, common) {
            desk.commands.push(set(ids, CURVE, None));
        }
        let picked =
            Select { id, label: &common.field.label, help: &common.field.help, options: &options, chosen, none }
                .show(ui);
        let value = |picked: String| if picked == OWN { curve::own(common.value()) } else { Value::from(picked) };
        desk.commands.extend(picked.map(|picked| set(ids, CURVE, Some(value(picked)))));
    });
    if let Shared::Same(Some(now)) = &common.shared {
        ui.add_space(2.0);
        curve::ui(ui, now, |drawn| {
            desk.commands.push(match drawn {
                Drawn::Begin => Command::BeginField("Draw the daily curve".to_owned()),
                Drawn::To(weights) => set(ids, CURVE, Some(weights)),
                Drawn::End => Command::FinishGesture,
            });
        });
    }
    ui.add_space(4.0);
}

/// What flows along an arrow.
pub(super) fn edge(ui: &mut Ui, desk: &mut Desk<'_>, id: EdgeId) {
    let Some(workload) = desk.workspace.workload() else { return };
    padded(ui, |ui| {
        section(ui, "A month");
        if !workload.carries(id) {
            caption(ui, "No traffic flows along it.");
            return;
        }
        let words = match workload.edge(id) {
            Some(known) => {
                format!("{} reach its end, a batch as one.", amount(Amount { origin: Origin::Propagated, ..known }))
            }
            None => "How much flows along it is not known.".to_owned(),
        };
        caption(ui, &words);
        let Some(edge) = desk.open.document.diagram().edges().get(&id) else { return };
        if let Some((bill, arrow)) = desk.workspace.bill().and_then(|bill| Some((bill, bill.arrows.get(&id)?))) {
            let (diagram, events) = (desk.open.document.diagram(), bill.workload.edge(id));
            caption(ui, &told_of_arrow(diagram, edge, events, *arrow, bill.estimate.total));
        }
        ui.add_space(8.0);
        let fields: Vec<CommonField> = desk
            .workspace
            .catalog()
            .traffic()
            .fields
            .iter()
            .map(|field| CommonField {
                field: field.clone(),
                shared: Shared::Same(edge.settings.get(&field.key).cloned()),
            })
            .collect();
        let set = |key: &str, value: Option<Value>| Command::Set([Element::Edge(id)].into(), key.to_owned(), value);
        let subject = Subject {
            id: Id::new(("edge traffic", id.0)),
            set: &set,
            file_size: &|_| None,
            column: column(&fields),
            types: &[],
        };
        for field in &fields {
            setting(ui, &subject, field, desk.drafts, desk.commands);
        }
    });
}
