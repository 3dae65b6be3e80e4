//! Usage files: node → usage key → figure, read with one clear sentence for whatever is wrong.
//!
//! A key that is a setting of the node's kind overrides the setting; objects inside are joined by `_`
//! (`{"snapstart": {"versions": 1}}` is `snapstart_versions`). Must not know files.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::catalog::names::nearest;
use crate::catalog::usage::MOST;
use crate::catalog::{Catalog, Kind};
use crate::diagram::{Diagram, Document, Element, NodeId, Rejected};
use crate::workload::{Figures, decimal};

/// What a usage file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Figures by node and usage key.
    pub figures: Figures,
    /// Settings that it overrides, as their kinds accept them.
    pub settings: Vec<(NodeId, String, Value)>,
}

/// Why a usage file cannot be used: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Usage {
    /// Reads a usage file for `diagram`.
    pub fn read(text: &str, catalog: &Catalog, diagram: &Diagram) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_str(text).map_err(|error| Refusal(format!("It is not JSON: {error}.")))?;
        let nodes = value.as_object().ok_or_else(|| Refusal("It must hold an object, node → usage.".to_owned()))?;
        let mut usage = Self::default();
        for (name, keys) in nodes {
            let id = diagram.node_named(name).ok_or_else(|| {
                let hint = hint(name, diagram.nodes().values().map(|node| node.name.as_str()));
                Refusal(format!("There is no node {name}.{hint}"))
            })?;
            let keys = keys.as_object();
            let keys = keys.ok_or_else(|| Refusal(format!("The usage of {name} must be an object, key → number.")))?;
            let node = diagram.nodes().get(&id);
            let Some(kind) = node.map(|node| catalog.kind(&node.kind)) else { continue };
            usage.take(id, name, "", keys, kind)?;
        }
        Ok(usage)
    }

    /// The diagram with the settings that the file overrides.
    pub fn applied(&self, catalog: &Catalog, diagram: Diagram) -> Result<Diagram, Rejected> {
        if self.settings.is_empty() {
            return Ok(diagram);
        }
        let mut document = Document::new(diagram);
        document.transact(catalog, "Usage", |edit| {
            self.settings.iter().try_for_each(|(id, key, value)| edit.set(Element::Node(*id), key, Some(value.clone())))
        })?;
        Ok(document.diagram().clone())
    }

    fn take(
        &mut self,
        id: NodeId,
        name: &str,
        prefix: &str,
        keys: &Map<String, Value>,
        kind: &Kind,
    ) -> Result<(), Refusal> {
        for (key, value) in keys {
            let key = format!("{prefix}{key}");
            if kind.usage.iter().any(|usage| usage.key == key) {
                let figure = figure(value).map_err(|what| Refusal(format!("{key} of {name} {what}.")))?;
                self.figures.entry(id).or_default().insert(key, figure);
            } else if let Some(field) = kind.field(&key) {
                if let Some(what) = field.refusal(value) {
                    return Err(Refusal(format!("{} of {name} {what}.", field.key)));
                }
                self.settings.push((id, key, value.clone()));
            } else if let Some(inner) = value.as_object() {
                self.take(id, name, &format!("{key}_"), inner, kind)?;
            } else {
                let usage = kind.usage.iter().map(|usage| usage.key.as_str());
                let hint = hint(&key, usage.chain(kind.fields.iter().map(|field| field.key.as_str())));
                return Err(Refusal(format!("{key} is no usage key or setting of {name} ({}).{hint}", kind.id)));
            }
        }
        Ok(())
    }
}

/// A figure, or what is wrong with it, without its subject.
fn figure(value: &Value) -> Result<Decimal, &'static str> {
    if !value.is_number() {
        return Err("must be a number");
    }
    match decimal(value) {
        Some(figure) if figure.is_sign_negative() && !figure.is_zero() => Err("must not be negative"),
        Some(figure) if figure <= MOST => Ok(figure),
        _ => Err("is larger than anything that could be meant"),
    }
}

fn hint<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |known| format!(" Did you mean {known}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_usage_is_told_in_one_sentence() {
        let catalog = Catalog::builtin();
        let (_, text) = crate::diagram::REFERENCES[0];
        let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect("a reference diagram");
        let function = diagram.nodes().values().find(|node| catalog.kind(&node.kind).field("memory_mb").is_some());
        let name = &function.expect("it has a function").name;
        let check = |keys: &str, part: &str| {
            let error = Usage::read(&format!("{{\"{name}\": {keys}}}"), &catalog, &diagram).expect_err(keys).0;
            assert!(error.contains(part) && error.lines().count() == 1, "{keys}: {error}");
        };
        check("{\"requests\": -1}", "must not be negative");
        check("{\"requests\": 1e40}", "larger than anything");
        check("{\"requests\": 1e400}", "larger than anything");
        check("{\"requests\": \"many\"}", "must be a number");
        check("{\"reqests\": 1}", "Did you mean requests?");
        check("{\"memory_mb\": 64}", "from 128 to 10,240 MB");
        check("{\"snapstart\": {\"version\": 1}}", "Did you mean snapstart_versions?");
        check("7", "must be an object");
        let unknown = Usage::read("{\"Nobody\": {}}", &catalog, &diagram).expect_err("an unknown node").0;
        assert!(unknown.contains("There is no node Nobody."), "{unknown}");
        let fine =
            format!("{{\"{name}\": {{\"requests\": 1e3, \"memory_mb\": 256, \"snapstart\": {{\"versions\": 1}}}}}}");
        let usage = Usage::read(&fine, &catalog, &diagram).expect("it is fine");
        assert_eq!(
            (usage.figures.values().next().map(std::collections::BTreeMap::len), usage.settings.len()),
            (Some(2), 1)
        );
    }
}
