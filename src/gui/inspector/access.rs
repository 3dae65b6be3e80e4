//! How far the access of an arrow goes: a level, or actions that are named one by one.
//!
//! Must not know how rights are written.

use eframe::egui::{Id, RichText, Ui};
use serde_json::Value;

use super::Desk;
use super::controls::Select;
use super::draft::Spec;
use super::fields::{MIXED, column, labelled};
use crate::app::Command;
use crate::app::fields::capability;
use crate::catalog::{Kind, Relation, Wiring};
use crate::diagram::edit::{ACCESS, ACTIONS, is_action};
use crate::diagram::{Edge, Element};
use crate::gui::fonts;
use crate::gui::widgets::caption;
use crate::picture::text::Face;

/// The choice that is no level.
const NAMED: &str = "actions";
const HELP: &str = "What the source may do with the target; the policy that is written says no more.";

/// The levels that all of several arrows can have, and the one that they have.
pub(super) struct Levels {
    all: Vec<String>,
    chosen: Option<String>,
    /// What named actions start from; only for arrows to one kind.
    actions: Vec<String>,
}

/// What arrows have in common; `None` when one of them gives no access, or there are other things among them.
pub(super) fn common(desk: &Desk<'_>, elements: &[Element]) -> Option<Levels> {
    let mut all: Option<Levels> = None;
    let mut target: Option<&Kind> = None;
    for element in elements {
        let (edge, kind) = accessing(desk, *element)?;
        let own: Vec<String> = kind.access_levels().into_iter().map(str::to_owned).collect();
        let chosen = chosen(edge, kind);
        match &mut all {
            None => {
                let actions = kind.grants_of(chosen.as_str()).flat_map(|grant| grant.actions.clone()).collect();
                all = Some(Levels { all: own, chosen: Some(chosen), actions });
            }
            Some(levels) => {
                levels.all.retain(|level| own.contains(level));
                levels.chosen = levels.chosen.take().filter(|known| *known == chosen);
            }
        }
        if target.replace(kind).is_some_and(|known| known.id != kind.id) {
            all.iter_mut().for_each(|levels| levels.actions.clear());
        }
    }
    all.filter(|levels| !levels.all.is_empty())
}

/// An arrow that calls its target by a right, and the kind of the target.
fn accessing<'d>(desk: &Desk<'d>, element: Element) -> Option<(&'d Edge, &'d Kind)> {
    let Element::Edge(id) = element else { return None };
    let (diagram, catalog) = (desk.open.document.diagram(), desk.workspace.catalog());
    let edge = diagram.edges().get(&id).filter(|edge| edge.relation == Relation::Accesses)?;
    let is_call = capability(diagram, catalog, edge).is_some_and(|row| row.wiring == Wiring::Call);
    let kind = catalog.kind(&diagram.nodes().get(&edge.to)?.kind);
    is_call.then_some((edge, kind))
}

fn chosen(edge: &Edge, target: &Kind) -> String {
    if named(edge).is_some() {
        return NAMED.to_owned();
    }
    let level = edge.settings.get(ACCESS).and_then(Value::as_str);
    level.or(target.access_levels().first().copied()).unwrap_or_default().to_owned()
}

/// The named actions of an arrow, if there are any.
fn named(edge: &Edge) -> Option<Vec<String>> {
    let actions = edge.settings.get(ACTIONS)?.as_array().filter(|actions| !actions.is_empty())?;
    Some(actions.iter().filter_map(|action| action.as_str().map(str::to_owned)).collect())
}

/// Shows the level, to be chosen for all.
pub(super) fn level(ui: &mut Ui, desk: &mut Desk<'_>, elements: &[Element], levels: &Levels) {
    let words: Vec<String> = levels.all.iter().map(|level| level.replace('_', " and ")).collect();
    let mut options: Vec<(&str, &str)> =
        levels.all.iter().map(String::as_str).zip(words.iter().map(String::as_str)).collect();
    if !levels.actions.is_empty() || levels.chosen.as_deref() == Some(NAMED) {
        options.push((NAMED, "named actions"));
    }
    let all = || elements.iter().copied().collect();
    let id = Id::new(("access", elements.first()));
    labelled(ui, "Access", column(desk.fields), |ui| {
        let chosen = levels.chosen.as_deref().unwrap_or_default();
        let select = Select { id, label: "Access", help: HELP, options: &options, chosen, none: MIXED };
        desk.commands.extend(select.show(ui).map(|picked| match picked.as_str() {
            NAMED => Command::Set(all(), ACTIONS.to_owned(), Some(Value::from(levels.actions.clone()))),
            level => Command::Set(all(), ACCESS.to_owned(), Some(Value::from(level))),
        }));
    });
}

/// Shows the named actions of one arrow: those that the catalogue knows to be ticked, and any other to be typed.
pub(super) fn actions(ui: &mut Ui, desk: &mut Desk<'_>, element: Element) {
    let Some((edge, target)) = accessing(desk, element) else { return };
    let Some(named) = named(edge) else { return };
    let set = |actions: Vec<String>| {
        let value = Some(Value::from(actions)).filter(|actions| actions.as_array().is_some_and(|all| !all.is_empty()));
        Command::Set([element].into(), ACTIONS.to_owned(), value)
    };
    for action in known(target) {
        let mut is_on = named.iter().any(|name| name == action);
        let words = RichText::new(action).font(fonts::font(Face::Mono, 12.0));
        if ui.checkbox(&mut is_on, words).changed() {
            let others = named.iter().filter(|name| *name != action).cloned();
            let own = is_on.then(|| action.to_owned());
            desk.commands.push(set(others.chain(own).collect()));
        }
    }
    ui.add_space(4.0);
    caption(ui, "All that is given, one action a line:");
    let shown = named.join("\n");
    let id = Id::new(("actions", element));
    let spec = Spec {
        lines: named.len().max(2),
        set: (Face::Mono, 12.0),
        help: HELP,
        ..Spec::new(id, "Named actions", &shown)
    };
    let example = known(target).first().copied().unwrap_or("service:Action").to_owned();
    let judge = |text: &str| {
        let typed: Vec<String> = text.split([',', '\n']).map(str::trim).map(str::to_owned).collect();
        let typed: Vec<String> = typed.into_iter().filter(|action| !action.is_empty()).collect();
        match typed.iter().find(|action| !is_action(target, &Value::from(action.as_str()))) {
            Some(wrong) => Err(format!("must be actions on the target such as {example}, and {wrong} is none")),
            None => Ok(set(typed)),
        }
    };
    desk.drafts.text(ui, &spec, judge, desk.commands);
    desk.drafts.refusal(ui, id, "Named actions");
}

/// Every action that the target's rights name, once each.
fn known(target: &Kind) -> Vec<&str> {
    let mut known: Vec<&str> = Vec::new();
    for action in target.grants.iter().flat_map(|grant| &grant.actions) {
        if !known.contains(&action.as_str()) {
            known.push(action);
        }
    }
    known
}
