//! Finds the names of nodes in what was typed. Names are free text, so every way to read it is tried, longest name first.
//!
//! Must not know what is done to the nodes.

use super::verbs::hint;
use crate::diagram::{Diagram, NodeId, Rejected};

/// A node, or an arrow from it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The node, or where the arrow starts.
    pub(super) from: NodeId,
    /// Where the arrow ends.
    pub(super) to: Option<NodeId>,
}

/// What a `--set` is about, and what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject<'t> {
    /// The node or arrow.
    pub(super) arrow: Arrow,
    /// What stands behind its dot.
    pub(super) rest: &'t str,
}

/// Every node whose name, followed by `separator`, begins `text`, with what is left; longest name first.
fn beginnings<'t>(diagram: &Diagram, text: &'t str, separator: char) -> Vec<(NodeId, &'t str)> {
    let rest = |name: &str| text.strip_prefix(name).and_then(|rest| rest.strip_prefix(separator));
    let nodes = diagram.nodes().iter();
    let mut found: Vec<(NodeId, &str)> = nodes.filter_map(|(id, node)| Some((*id, rest(&node.name)?))).collect();
    found.sort_by_key(|(_, rest)| rest.len());
    found
}

/// That there is no such node, and which was meant.
pub(super) fn no_node(diagram: &Diagram, name: &str) -> Rejected {
    let hint = hint(name, diagram.nodes().values().map(|node| node.name.as_str()));
    Rejected(format!("There is no node {name}.{hint}"))
}

/// That `text` cannot be read as `form`: its first name is unknown, or it has no separator.
fn unread(diagram: &Diagram, text: &str, separator: char, form: &str) -> Rejected {
    match text.split_once(separator) {
        Some((name, _)) => no_node(diagram, name),
        None => Rejected(format!("{text} cannot be read: write {form}.")),
    }
}

/// The node before `separator`, and what stands behind it.
pub(super) fn node_before<'t>(
    diagram: &Diagram,
    text: &'t str,
    separator: char,
    form: &str,
) -> Result<(NodeId, &'t str), Rejected> {
    let first = beginnings(diagram, text, separator).into_iter().next();
    first.ok_or_else(|| unread(diagram, text, separator, form))
}

/// `NODE.…` or `FROM>TO.…`
pub(super) fn subject<'t>(diagram: &Diagram, text: &'t str, form: &str) -> Result<Subject<'t>, Rejected> {
    let starts = beginnings(diagram, text, '>');
    for (from, rest) in &starts {
        if let Some((to, rest)) = beginnings(diagram, rest, '.').into_iter().next() {
            return Ok(Subject { arrow: Arrow { from: *from, to: Some(to) }, rest });
        }
    }
    if let Some((from, rest)) = beginnings(diagram, text, '.').into_iter().next() {
        return Ok(Subject { arrow: Arrow { from, to: None }, rest });
    }
    // Only the part before the value can hold names.
    let names = text.split('=').next().unwrap_or(text);
    Err(match (starts.first(), names.split_once('>')) {
        (Some((_, rest)), _) => unread(diagram, rest, '.', form),
        (None, Some((from, _))) => no_node(diagram, from),
        (None, None) => unread(diagram, names, '.', form),
    })
}

/// `FROM:TO` or `FROM:TO:REST`
pub(super) fn pair<'t>(
    diagram: &Diagram,
    text: &'t str,
    form: &str,
) -> Result<(NodeId, NodeId, Option<&'t str>), Rejected> {
    let starts = beginnings(diagram, text, ':');
    for (from, rest) in &starts {
        if let Some(to) = diagram.node_named(rest) {
            return Ok((*from, to, None));
        }
        if let Some((to, rest)) = beginnings(diagram, rest, ':').into_iter().next() {
            return Ok((*from, to, Some(rest)));
        }
    }
    Err(match starts.first() {
        Some((_, rest)) => no_node(diagram, rest.split(':').next().unwrap_or(rest)),
        None => unread(diagram, text, ':', form),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::diagram::{Document, Point};

    /// A diagram with nodes of these names, `n1` first.
    fn diagram(names: &[&str]) -> Diagram {
        let (mut document, catalog) = (Document::new(Diagram::new("x")), Catalog::builtin());
        let kind = catalog.kinds().next().expect("there are kinds").id.clone();
        let added = document.transact(&catalog, "Add", |edit| {
            names.iter().try_for_each(|name| edit.add_node(&kind, Some(name), Point::default()).map(drop))
        });
        added.expect("the names differ");
        document.diagram().clone()
    }

    #[test]
    fn pairs_are_read_whatever_the_names_hold() {
        let diagram = diagram(&["A", "B", "A:B", "B:read", "C=D", "E.F"]);
        let check = |text: &str, expected: Result<(u32, u32, Option<&str>), &str>| match (
            pair(&diagram, text, "F:T"),
            expected,
        ) {
            (Ok((from, to, rest)), Ok(expected)) => assert_eq!((from.0, to.0, rest), expected, "{text}"),
            (Err(error), Err(part)) => assert!(error.0.contains(part), "{text}: {error}"),
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        };
        check("A:B", Ok((1, 2, None)));
        check("A:B:read", Ok((1, 4, None)));
        check("B:A:read", Ok((2, 1, Some("read"))));
        check("B:A:s3:Get+s3:Put", Ok((2, 1, Some("s3:Get+s3:Put"))));
        check("A:B:B", Ok((3, 2, None)));
        check("C=D:E.F:read", Ok((5, 6, Some("read"))));
        check("A:X", Err("There is no node X."));
        check("AA:B", Err("There is no node AA. Did you mean A?"));
        check("A", Err("write F:T"));
        check("", Err("write F:T"));
    }

    #[test]
    fn subjects_are_read_whatever_the_names_hold() {
        let diagram = diagram(&["A", "A.b", "A>B", "B", "C=1"]);
        let check = |text: &str, expected: Result<(u32, Option<u32>, &str), &str>| match (
            subject(&diagram, text, "N.F=V"),
            expected,
        ) {
            (Ok(found), Ok(expected)) => {
                assert_eq!((found.arrow.from.0, found.arrow.to.map(|to| to.0), found.rest), expected, "{text}");
            }
            (Err(error), Err(part)) => assert!(error.0.contains(part), "{text}: {error}"),
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        };
        check("A.x=1", Ok((1, None, "x=1")));
        check("A.b.x=1", Ok((2, None, "x=1")));
        check("A>B.x=1", Ok((1, Some(4), "x=1")));
        check("A>B>B.x=1", Ok((3, Some(4), "x=1")));
        check("C=1.x=2.y", Ok((5, None, "x=2.y")));
        check("A.x=B>C", Ok((1, None, "x=B>C")));
        check("Z.x=1", Err("There is no node Z."));
        check("A>Z.x=1", Err("There is no node Z."));
        check("Z>A.x=1", Err("There is no node Z."));
        check("A=1", Err("write N.F=V"));
    }
}
