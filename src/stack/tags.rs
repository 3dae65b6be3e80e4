//! Tags of the stack: those that the frames of the picture carry.
//!
//! Must not know how they get to the cloud.

use serde_json::Value;

use super::lower::Lowering;
use super::properties::shown;
use super::{Code, Problem, Severity};

/// The setting of a frame that holds tags, among the parameters of its archetype.
const TAGS: &str = "tags";

/// Longest key and value, in characters.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

impl Lowering<'_> {
    /// The tags of all frames; where two disagree, the later one counts.
    pub(super) fn tags(&mut self) {
        for group in self.diagram.groups().values() {
            let kind = self.catalog.kind(&group.kind);
            let Some(key) = kind.parameters.get(TAGS) else { continue };
            let told = group.settings.get(key).and_then(Value::as_array).into_iter().flatten();
            for text in told.filter_map(Value::as_str) {
                if let Some((key, value)) = tag(text) {
                    self.stack.tags.insert(key.to_owned(), value.to_owned());
                    continue;
                }
                let message = format!(
                    "{} is no tag: write a name and a value such as team=orders, with letters, digits, spaces and _ . : / + - @.",
                    shown(text)
                );
                let subject = group.name.clone();
                self.problems.push(Problem { severity: Severity::Error, code: Code::InvalidSetting, message, subject });
            }
        }
    }
}

/// Name and value of a tag; `None` when the cloud would refuse it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let allowed = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " _.:/+-@".contains(c));
    let is_kept = key.to_ascii_lowercase().starts_with("aws:");
    let fits = !key.is_empty() && key.chars().count() <= MAX_KEY && value.chars().count() <= MAX_VALUE;
    (fits && !is_kept && allowed(key) && allowed(value)).then_some((key, value))
}
