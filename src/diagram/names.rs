//! Logical names: what the nodes are called in templates and in `${…}` placeholders of workflow definitions.
//!
//! A node's own name is free text; a logical name has ASCII letters and digits only and is unique. Must not know dialects.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Diagram, NodeId};

/// Longest logical name; it leaves room for the suffixes of helper resources within CloudFormation's 255.
const MAX_LENGTH: usize = 120;

/// The logical name of every node. Of two nodes whose names differ only in other characters, the older keeps the plain form.
#[must_use]
pub fn logical_names(diagram: &Diagram) -> BTreeMap<NodeId, String> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    // Names that need no change come first, so that a node named `OrdersTable` is never renamed because of another.
    let (exact, bent): (Vec<_>, Vec<_>) = diagram.nodes().iter().partition(|(_, node)| plain(&node.name) == node.name);
    for (id, node) in exact.into_iter().chain(bent) {
        let stem = plain(&node.name);
        let numbered = (2..).map(|number| format!("{stem}{number}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        names.insert(*id, name.unwrap_or(stem));
    }
    names
}

/// `name` with ASCII letters and digits only; never empty.
fn plain(name: &str) -> String {
    let kept: String = name.chars().filter(char::is_ascii_alphanumeric).take(MAX_LENGTH).collect();
    if kept.is_empty() { "Resource".to_owned() } else { kept }
}

/// The first of `stem`, `stem2`, `stem3` … that no node is named.
#[must_use]
pub fn free_name(diagram: &Diagram, stem: &str) -> String {
    let taken: BTreeSet<&str> = diagram.nodes().values().map(|node| node.name.as_str()).collect();
    let numbered = (2..).map(|number| format!("{stem}{number}"));
    let mut names = std::iter::once(stem.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::KindId;
    use crate::diagram::model::{Node, Point};

    #[test]
    fn logical_names_are_plain_and_unique() {
        let mut diagram = Diagram::new("x");
        let names = ["a b", "ab", "AB", "😀", "../../etc", "${AWS::StackName}", "a\"b", &"x".repeat(300)];
        for (id, name) in (1..).zip(names) {
            diagram.nodes.insert(NodeId(id), Node::new(KindId::new("aws.x"), name, Point::default()));
        }
        let logical: Vec<String> = logical_names(&diagram).into_values().collect();
        let expected = ["ab3", "ab", "AB2", "Resource", "etc", "AWSStackName", "ab4", &"x".repeat(120)];
        assert_eq!(logical, expected);
    }
}
