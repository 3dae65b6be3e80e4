//! The diagram as Mermaid text: a flow chart for wikis and read-me files that draw it themselves.
//!
//! Names are people's own and may hold anything; only letters, figures and a few signs go out as they are. Must not know
//! where the text goes.

use crate::catalog::{Archetype, Catalog, Relation};
use crate::diagram::{Diagram, Edge, Group, GroupId, Node, NodeId};

/// The whole diagram as a flow chart from left to right.
#[must_use]
pub fn mermaid(diagram: &Diagram, catalog: &Catalog) -> String {
    let mut text = String::new();
    if !diagram.name().trim().is_empty() {
        text += &format!("---\ntitle: \"{}\"\n---\n", title(diagram.name()));
    }
    text += "flowchart LR\n";
    level(&mut text, diagram, catalog, None, 1);
    for edge in diagram.edges().values() {
        text += &format!("  {}\n", arrow(edge));
    }
    for (id, note) in diagram.notes() {
        let words = [note.title.as_str(), note.text.as_str()].map(words).into_iter().filter(|words| words != NOTHING);
        let words = words.collect::<Vec<_>>().join("<br/>");
        let words = if words.is_empty() { NOTHING.to_owned() } else { words };
        text += &format!("  {id}[\"{words}\"]:::note\n");
        if let Some(node) = note.attached {
            text += &format!("  {id} -.- {node}\n");
        }
    }
    if !diagram.notes().is_empty() {
        text += "  classDef note text-align:left,stroke-dasharray:3 3\n";
    }
    text
}

/// What stands in a label without words.
const NOTHING: &str = " ";

/// What stands directly in a group, or in none: the groups with what they hold, then the nodes.
fn level(text: &mut String, diagram: &Diagram, catalog: &Catalog, parent: Option<GroupId>, depth: usize) {
    let indent = "  ".repeat(depth);
    let inside = |(_, group): &(&GroupId, &Group)| group.parent == parent;
    for (id, group) in diagram.groups().iter().filter(inside) {
        let kind = &catalog.kind(&group.kind).label;
        let name = if group.name.trim().is_empty() { kind } else { &group.name };
        text.push_str(&format!("{indent}subgraph {id}[\"{}\"]\n", words(name)));
        level(text, diagram, catalog, Some(*id), depth + 1);
        text.push_str(&format!("{indent}end\n"));
    }
    for (id, node) in diagram.nodes().iter().filter(|(_, node)| node.group == parent) {
        text.push_str(&format!("{indent}{}\n", shape(*id, node, catalog)));
    }
}

/// A node in the form that charts give its like: clients rounded, what keeps data as drums.
fn shape(id: NodeId, node: &Node, catalog: &Catalog) -> String {
    let kind = catalog.kind(&node.kind);
    let (open, close) = match kind.archetype {
        Archetype::Client => ("([", "])"),
        Archetype::Table | Archetype::Bucket => ("[(", ")]"),
        _ => ("[", "]"),
    };
    format!("{id}{open}\"{}<br/>{}\"{close}", words(&node.name), words(&kind.label))
}

/// An arrow; what it says is told by its line and, where lines alone would not be clear, by a word.
fn arrow(edge: &Edge) -> String {
    let (line, word) = match edge.relation {
        Relation::Triggers => ("-->", None),
        Relation::Accesses => ("-.->", None),
        Relation::DeadLetters => ("-.->", Some("fails")),
        Relation::Authorizes => ("==>", Some("authorizes")),
    };
    let label = edge.label.as_deref().map(words).filter(|label| label != NOTHING);
    let said: Vec<String> = word.map(str::to_owned).into_iter().chain(label).collect();
    let said = (!said.is_empty()).then(|| said.join(" "));
    let parts: Vec<String> = edge.step.map(|step| step.to_string()).into_iter().chain(said).collect();
    let said = if parts.is_empty() { String::new() } else { format!("|\"{}\"|", parts.join(" · ")) };
    format!("{} {line}{said} {}", edge.from, edge.to)
}

/// A text as the inside of a quoted label: several lines by breaks, other signs by their number.
fn words(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(line).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { NOTHING.to_owned() } else { lines.join("<br/>") }
}

fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    // A line that begins as a list in Markdown would be taken for one.
    let mut begins = true;
    for letter in text.trim().chars() {
        let plain =
            letter.is_alphanumeric() || letter == ' ' || !begins && matches!(letter, '_' | '-' | '/' | ',' | '.');
        match letter {
            letter if plain => safe.push(letter),
            letter if letter.is_control() || letter.is_whitespace() => safe.push(' '),
            // Mermaid has uses of its own for two signs beyond ASCII.
            letter if !letter.is_ascii() && !matches!(letter, '°' | '¶') => safe.push(letter),
            letter => safe += &format!("#{};", u32::from(letter)),
        }
        begins &= letter.is_numeric();
    }
    safe
}

/// A name as the inside of a quoted title, which is read as YAML first.
fn title(name: &str) -> String {
    let line: String = name.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
    line.trim().replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagram::{Document, REFERENCES, file};
    use crate::stack::tests::drawn;

    /// What a line of the chart may be, by the grammar of quoted labels: outside of quotes a fixed form, inside of them
    /// letters, figures, a few signs, breaks and numbered signs.
    fn judge(text: &str) -> Result<(), String> {
        let body = match text.strip_prefix("---\ntitle: \"") {
            Some(rest) => rest.split_once("\"\n---\n").ok_or("the title has no end")?.1,
            None => text,
        };
        let mut lines = body.lines();
        let first = lines.next().unwrap_or_default();
        let mut depth = 0;
        for line in lines {
            let form = outside(line.trim())?;
            match form.as_str() {
                "end" if depth > 0 => depth -= 1,
                "subgraph g[]" => depth += 1,
                form if LINES.contains(&form) => {}
                _ => return Err(format!("{form} in {line}")),
            }
        }
        if first == "flowchart LR" && depth == 0 { Ok(()) } else { Err(format!("{first} {depth}")) }
    }

    /// The forms that lines may have.
    const LINES: [&str; 11] = [
        "n[]",
        "n([])",
        "n[()]",
        "t[]:::note",
        "t -.- n",
        "n --> n",
        "n -.-> n",
        "n -->|| n",
        "n -.->|| n",
        "n ==>|| n",
        "classDef note text-align:left,stroke-dasharray: ",
    ];

    /// The line without its labels and without numbers.
    fn outside(line: &str) -> Result<String, String> {
        let mut form = String::new();
        for (index, part) in line.split('"').enumerate() {
            if index % 2 == 0 {
                form.extend(part.chars().filter(|letter| !letter.is_ascii_digit()));
            } else {
                inside(part)?;
            }
        }
        if line.matches('"').count().is_multiple_of(2) { Ok(form) } else { Err(format!("an open label: {line}")) }
    }

    fn inside(label: &str) -> Result<(), String> {
        let plain = label.replace("<br/>", "");
        for (index, part) in plain.split('#').enumerate() {
            let rest = match part.split_once(';') {
                Some((number, rest))
                    if index > 0 && number.parse::<u32>().is_ok_and(|n| char::from_u32(n).is_some()) =>
                {
                    rest
                }
                _ if index > 0 => return Err(format!("no number: {part} in {label}")),
                _ => part,
            };
            if let Some(odd) = rest
                .chars()
                .find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !" _-/,.".contains(*c) || "°¶".contains(*c))
            {
                return Err(format!("{odd:?} in {label}"));
            }
        }
        if label.is_empty() { Err("an empty label".to_owned()) } else { Ok(()) }
    }

    #[test]
    fn arrows_are_told_apart_and_names_are_there() {
        let nodes =
            ["Api http_api", "Fn lambda_function", "Orders dynamodb_table", "Dlq sqs_queue", "Users cognito_user_pool"];
        let arrows = ["Api > Fn", "Fn ~ Orders", "Fn ! Dlq", "Users @ Api"];
        let text = mermaid(&drawn(&nodes, &arrows, &[]), &Catalog::builtin());
        let expected = [
            "title: \"example\"",
            "  n2[\"Fn<br/>Lambda function\"]",
            "  n3[(\"Orders<br/>DynamoDB table\")]",
            "  n1 --> n2",
            "  n2 -.-> n3",
            "  n2 -.->|\"fails\"| n4",
            "  n5 ==>|\"authorizes\"| n1",
        ];
        for line in expected {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
        assert_eq!(judge(&text), Ok(()));
    }

    #[test]
    fn every_reference_has_all_its_parts_in_nested_groups() {
        let catalog = Catalog::builtin();
        for (path, text) in REFERENCES {
            let diagram = file::read(text.as_bytes(), &catalog).expect("a reference");
            let text = mermaid(&diagram, &catalog);
            assert_eq!(judge(&text), Ok(()), "{path}");
            let ids = diagram.nodes().keys().map(ToString::to_string);
            let ids = ids.chain(diagram.groups().keys().map(|id| format!("subgraph {id}")));
            for id in ids.chain(diagram.notes().keys().map(ToString::to_string)) {
                let count = text.lines().filter(|line| line.trim().starts_with(&format!("{id}["))).count();
                let drums = text.lines().filter(|line| line.trim().starts_with(&format!("{id}(["))).count();
                assert_eq!(count + drums, 1, "{path}: {id}\n{text}");
            }
            let arrows =
                text.lines().filter(|line| line.contains("-->") || line.contains("-.->") || line.contains("==>"));
            assert_eq!(arrows.count(), diagram.edges().len(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_name_gives_a_chart(name in "\\PC{0,12}|[\"#;`<>&|\\[\\]\\n\\r\\t1.*+-]{0,12}", label in any::<String>()) {
            let catalog = Catalog::builtin();
            let diagram = drawn(&["A lambda_function", "B sqs_queue"], &["A ~ B"], &[]);
            let mut document = Document::new(diagram);
            let (node, edge) = (NodeId(1), *document.diagram().edges().keys().next().expect("one arrow"));
            // Names and labels that the editor refuses never come to be drawn.
            document.transact(&catalog, "Name", |edit| edit.rename(node, &name)).ok();
            document.transact(&catalog, "Label", |edit| edit.label_edge(edge, Some(&label))).ok();
            document.transact(&catalog, "Name", |edit| edit.rename_diagram(&name)).ok();
            let text = mermaid(document.diagram(), &catalog);
            prop_assert_eq!(judge(&text), Ok(()), "{}", text);
        }
    }
}
