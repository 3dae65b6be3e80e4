//! What can exist: resource kinds as data. A [`Catalog`] is a value built from texts; nothing here is global.
//!
//! Must not know diagrams, files on disk, or any kind by name.

pub mod names;
pub mod kind;
pub mod client;
pub mod field;
pub mod formula;
pub mod evaluate;
pub mod flow;
pub mod figure;
pub mod physical;
mod unit;
pub mod usage;
pub mod connect;
mod reader;
mod load;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use connect::{Capability, Refusal, Relation, Wiring};
pub use field::{Field, FieldType, TextForm};
pub use kind::{Archetype, Category, Dialect, Kind, KindId};
pub use load::is_set;
pub use reader::Defect;

use kind::Signal;
use reader::Source;

/// The catalogue that is compiled into the program: `(path, text)`, TOML and SVG.
pub const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded_catalog.rs"));

/// The kind that stands in for one that the catalogue does not have.
const GENERIC: &str = "generic.resource";

/// Every kind, and which of them can be joined.
#[derive(Clone, Debug)]
pub struct Catalog {
    kinds: BTreeMap<KindId, Kind>,
    palette: Vec<KindId>,
    ports: BTreeMap<String, String>,
    capabilities: Vec<Capability>,
    traffic: connect::Traffic,
    meetings: connect::Meetings,
    generic: Kind,
}

impl Catalog {
    /// The built-in catalogue. A test holds that it has no defect.
    #[must_use]
    pub fn builtin() -> Self {
        Self::load(BUILTIN.iter().copied()).0
    }

    /// Builds a catalogue from `(path, text)` pairs: `…/capabilities.toml`, `…/<cloud>/<kind>.toml` and icons beside them.
    /// Every defect of every file is returned; a kind that cannot be read is left out.
    pub fn load<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> (Self, Vec<Defect>) {
        let texts: BTreeMap<&str, &str> = texts.into_iter().collect();
        let mut defects = Vec::new();
        let (mut ports, mut capabilities, mut kinds) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let mut traffic = connect::Traffic::default();
        for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".toml")) {
            if path.ends_with("capabilities.toml") {
                let (read, found) = Source::read(path, text, connect::capabilities);
                ports.extend(read.0);
                capabilities.extend(read.1);
                traffic = read.2;
                defects.extend(found);
                continue;
            }
            let id = kind_id(path);
            let icon = texts.get(path.replace(".toml", ".svg").as_str()).copied().unwrap_or_default();
            let (read, found) = Source::read(path, text, |table| load::kind(id.clone(), icon.to_owned(), table));
            defects.extend(found);
            kinds.extend(read.map(|kind| (id, kind)));
        }
        let generic = kinds.get(&KindId::new(GENERIC)).cloned().unwrap_or_else(stand_in);
        let palette = palette_order(&kinds);
        let meetings = connect::meetings(&capabilities);
        let catalog = Self { kinds, palette, ports, capabilities, traffic, meetings, generic };
        defects.extend(catalog.unknown_ports(&texts));
        defects.sort();
        (catalog, defects)
    }

    /// The kind with this identifier, if the catalogue has it.
    #[must_use]
    pub fn get(&self, id: &KindId) -> Option<&Kind> {
        self.kinds.get(id)
    }

    /// The kind with this identifier, or the generic one.
    #[must_use]
    pub fn kind(&self, id: &KindId) -> &Kind {
        self.kinds.get(id).unwrap_or(&self.generic)
    }

    /// Every kind, in the order of the palette.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.palette.iter().filter_map(|id| self.kinds.get(id))
    }

    /// Every row that joins two port types.
    #[must_use]
    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// What every arrow along which traffic flows has.
    #[must_use]
    pub fn traffic(&self) -> &connect::Traffic {
        &self.traffic
    }

    /// Ports that kinds name and `capabilities.toml` does not have.
    fn unknown_ports(&self, texts: &BTreeMap<&str, &str>) -> Vec<Defect> {
        let mut defects = Vec::new();
        for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".toml")) {
            let Some(kind) = self.kinds.get(&kind_id(path)) else { continue };
            for port in kind.offers.iter().chain(&kind.accepts).filter(|port| !self.ports.contains_key(*port)) {
                let quoted = format!("\"{port}\"");
                let line = 1 + text.lines().position(|line| line.contains(&quoted)).unwrap_or_default();
                let hint = names::nearest(port, self.ports.keys().map(String::as_str));
                let hint = hint.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
                let message = format!("The port `{port}` is not in capabilities.toml{hint}.");
                defects.push(Defect { path: (*path).to_owned(), line, message });
            }
        }
        defects
    }
}

/// `…/<cloud>/<kind>.toml` → `<cloud>.<kind>`.
fn kind_id(path: &str) -> KindId {
    let stem = path.trim_end_matches(".toml");
    let mut parts = stem.rsplit('/');
    let (kind, cloud) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    KindId::new(&format!("{cloud}.{kind}"))
}

/// Groups stand in the order of their first kind; inside a group, `order` decides, then the label.
fn palette_order(kinds: &BTreeMap<KindId, Kind>) -> Vec<KindId> {
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for kind in kinds.values() {
        let rank = first.entry(&kind.group).or_insert(kind.order);
        *rank = kind.order.min(*rank);
    }
    let mut sorted: Vec<&Kind> = kinds.values().collect();
    sorted.sort_by(|a, b| {
        let key = |kind: &Kind| (first[kind.group.as_str()], kind.group.clone(), kind.order, kind.label.clone());
        key(a).cmp(&key(b))
    });
    sorted.into_iter().map(|kind| kind.id.clone()).collect()
}

/// The generic kind of a catalogue whose texts have none.
fn stand_in() -> Kind {
    Kind {
        id: KindId::new(GENERIC),
        label: "Resource".to_owned(),
        help: "A resource that the catalogue does not know.".to_owned(),
        group: "Other".to_owned(),
        order: i64::MAX,
        category: Category::Generic,
        archetype: Archetype::Service,
        parameters: BTreeMap::new(),
        name_stem: "Resource".to_owned(),
        fields: Vec::new(),
        card: Vec::new(),
        offers: Vec::new(),
        accepts: Vec::new(),
        event: None,
        grants: Vec::new(),
        variables: Vec::new(),
        client: None,
        calls: Vec::new(),
        types: BTreeMap::new(),
        service: None,
        takes_role: false,
        no_resource: Some("The catalogue does not know this kind.".to_owned()),
        handles: Arc::default(),
        log_group: None,
        constants: Vec::new(),
        domain: None,
        hooks: Vec::new(),
        usage: Vec::new(),
        flow: flow::Flow::default(),
        costs: Vec::new(),
        signals: Vec::<Signal>::new(),
        nearest: BTreeMap::new(),
        icon_svg: String::new(),
    }
}

#[cfg(test)]
mod tests;
