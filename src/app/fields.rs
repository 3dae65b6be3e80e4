//! The settings that an element can have, whatever it is, and those that several have in common.
//!
//! Must not know how they are shown or changed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalog::{Capability, Catalog, Field, FieldType, is_set};
use crate::diagram::{Diagram, Edge, Element};

/// The fields of a node, an arrow or a container, with what is set.
#[must_use]
pub fn fields_of<'d>(
    diagram: &'d Diagram,
    catalog: &'d Catalog,
    element: Element,
) -> Option<(&'d [Field], &'d BTreeMap<String, Value>)> {
    match element {
        Element::Node(id) => {
            let node = diagram.nodes().get(&id)?;
            Some((&catalog.kind(&node.kind).fields, &node.settings))
        }
        Element::Edge(id) => {
            let edge = diagram.edges().get(&id)?;
            Some((capability(diagram, catalog, edge).map_or(&[], |row| row.fields.as_slice()), &edge.settings))
        }
        Element::Group(id) => {
            let group = diagram.groups().get(&id)?;
            Some((&catalog.kind(&group.kind).fields, &group.settings))
        }
        Element::Note(_) => None,
    }
}

/// The row of the catalogue that an arrow stands for.
#[must_use]
pub fn capability<'c>(diagram: &Diagram, catalog: &'c Catalog, edge: &Edge) -> Option<&'c Capability> {
    let (from, to) = (diagram.nodes().get(&edge.from)?, diagram.nodes().get(&edge.to)?);
    catalog.connection(catalog.kind(&from.kind), catalog.kind(&to.kind), Some(edge.relation)).ok()
}

/// What several elements have in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Shared {
    /// All have this, or have nothing set.
    Same(Option<Value>),
    /// They differ.
    Mixed,
}

/// A field that all of several elements have.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonField {
    /// The field; its limits and choices are those that all allow.
    pub field: Field,
    /// What is set.
    pub shared: Shared,
}

impl CommonField {
    /// Whether something is set in one of the elements.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.shared != Shared::Same(None)
    }

    /// The value as it counts, when it is the same for all.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match &self.shared {
            Shared::Same(own) => own.as_ref().or(self.field.default.as_ref()),
            Shared::Mixed => None,
        }
    }

    /// Whether the elements differ.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        self.shared == Shared::Mixed
    }
}

/// The fields that all of the elements have and that apply to all, in the order of the first element's kind.
///
/// Fields of different kinds are the same when key, type, unit and form are equal.
#[must_use]
pub fn common_fields(diagram: &Diagram, catalog: &Catalog, elements: &[Element]) -> Vec<CommonField> {
    let sources: Option<Vec<_>> = elements.iter().map(|element| fields_of(diagram, catalog, *element)).collect();
    let Some(sources) = sources else { return Vec::new() };
    let Some((first, _)) = sources.first() else { return Vec::new() };
    let fields = first.iter().filter(|field| sources.iter().all(|source| applies(field, *source)));
    fields.filter_map(|field| common(field, &sources)).collect()
}

/// Whether a field applies: one that depends on another does when that one is set.
fn applies(field: &Field, (fields, settings): (&[Field], &BTreeMap<String, Value>)) -> bool {
    let value = |key: &str| {
        let default = || fields.iter().find(|field| field.key == key).and_then(|field| field.default.as_ref());
        settings.get(key).or_else(default)
    };
    field.when.as_deref().is_none_or(|other| value(other).is_some_and(is_set))
}

fn common(field: &Field, sources: &[(&[Field], &BTreeMap<String, Value>)]) -> Option<CommonField> {
    let mut merged = field.clone();
    let mut last: &[Field] = sources.first()?.0;
    for (fields, _) in sources {
        // Elements of one kind stand side by side more often than not, and share the very same fields.
        if !std::ptr::eq(*fields, last) {
            last = fields;
            merged = both(merged, fields.iter().find(|other| other.key == field.key)?)?;
        }
    }
    let mut values = sources.iter().map(|(_, settings)| settings.get(&field.key));
    let own = values.next().flatten();
    let shared = if values.all(|value| value == own) { Shared::Same(own.cloned()) } else { Shared::Mixed };
    Some(CommonField { field: merged, shared })
}

/// The field that allows what both allow; `None` when they are not the same thing.
fn both(mut field: Field, other: &Field) -> Option<Field> {
    let is_same = field.field_type == other.field_type && field.unit == other.unit && field.form == other.form;
    if !is_same || field.field_type == FieldType::File {
        return None;
    }
    field.choices.retain(|choice| other.choices.iter().any(|known| known.value == choice.value));
    if field.field_type == FieldType::Choice && field.choices.is_empty() {
        return None;
    }
    field.min = field.min.into_iter().chain(other.min).max();
    field.max = field.max.into_iter().chain(other.max).min();
    field.required |= other.required;
    if field.default != other.default {
        field.default = None;
    }
    if field.vendor != other.vendor {
        field.vendor.clear();
    }
    Some(field)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::KindId;
    use crate::diagram::{Document, Point};

    fn drawn(kinds: &[&str], settings: &[(usize, &str, Value)]) -> (Catalog, Document, Vec<Element>) {
        let catalog = Catalog::builtin();
        let mut document = Document::new(Diagram::new("d"));
        let made = document.transact(&catalog, "Draw", |edit| {
            let nodes = kinds.iter().map(|kind| edit.add_node(&KindId::new(kind), None, Point::default()));
            let nodes: Vec<Element> = nodes.collect::<Result<Vec<_>, _>>()?.into_iter().map(Element::Node).collect();
            for (at, key, value) in settings {
                edit.set(nodes[*at], key, Some(value.clone()))?;
            }
            Ok(nodes)
        });
        let made = made.expect("the diagram can be drawn");
        (catalog, document, made)
    }

    fn shared(kinds: &[&str], settings: &[(usize, &str, Value)]) -> BTreeMap<String, Shared> {
        let (catalog, document, nodes) = drawn(kinds, settings);
        let common = common_fields(document.diagram(), &catalog, &nodes);
        common.into_iter().map(|common| (common.field.key.clone(), common.shared)).collect()
    }

    const FUNCTION: &str = "aws.lambda_function";
    const TABLE: &str = "aws.dynamodb_table";

    #[test]
    fn what_all_have_is_the_same_or_mixed() {
        let memory = |settings: &[(usize, &str, Value)]| shared(&[FUNCTION, FUNCTION], settings)["memory_mb"].clone();
        let set = |at, value: i64| (at, "memory_mb", json!(value));
        assert_eq!(memory(&[]), Shared::Same(None));
        assert_eq!(memory(&[set(0, 256)]), Shared::Mixed);
        assert_eq!(memory(&[set(0, 256), set(1, 256)]), Shared::Same(Some(json!(256))));
        assert_eq!(memory(&[set(0, 256), set(1, 1024)]), Shared::Mixed);
    }

    #[test]
    fn kinds_share_what_is_the_same_thing() {
        let all = shared(&[FUNCTION], &[]).len();
        assert_eq!(shared(&[FUNCTION, FUNCTION, FUNCTION], &[]).len(), all);
        assert!(shared(&[FUNCTION, TABLE], &[]).is_empty(), "nothing in common");
        // Every pair of kinds: what is shared stands in both, and a value that the shared field takes is taken by both.
        let catalog = Catalog::builtin();
        for left in catalog.kinds() {
            for right in catalog.kinds() {
                for field in left.fields.iter().filter_map(|field| both(field.clone(), right.field(&field.key)?)) {
                    for value in field.choices.iter().map(|choice| json!(choice.value)) {
                        let refused = |kind: &crate::catalog::Kind| {
                            kind.field(&field.key).and_then(|field| field.refusal(&value))
                        };
                        assert_eq!((refused(left), refused(right)), (None, None), "{} {}", left.id, field.key);
                    }
                    for limit in [field.min, field.max].into_iter().flatten() {
                        for kind in [left, right] {
                            let own = kind.field(&field.key).expect("a shared field stands in both");
                            assert!(own.min.is_none_or(|min| limit >= min) && own.max.is_none_or(|max| limit <= max));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_field_that_depends_on_another_applies_to_all_or_not_at_all() {
        let sorted = (0, "sort_key", json!("at"));
        assert!(!shared(&[TABLE], &[]).contains_key("sort_key_type"));
        assert!(shared(&[TABLE], std::slice::from_ref(&sorted)).contains_key("sort_key_type"));
        assert!(!shared(&[TABLE, TABLE], &[sorted]).contains_key("sort_key_type"));
    }
}
