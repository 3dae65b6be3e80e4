//! Workflow definitions in Amazon States Language: which nodes they call, and how a step is added or taken out.
//!
//! A definition names nodes as `${LogicalName}`. Must not know kinds or the rest of the diagram.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The definition of a workflow that does nothing yet.
#[must_use]
pub fn empty() -> String {
    let definition = json!({
        "Comment": "Drawn in Stratoscope",
        "StartAt": "Start",
        "States": { "Start": { "Type": "Pass", "End": true } },
    });
    printed(&definition)
}

/// The logical names that a definition calls, in order, each once.
#[must_use]
pub fn calls(definition: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = definition.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    let plain = names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()));
    plain.filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

/// How many steps a definition has, those of maps and parallel branches included.
#[must_use]
pub fn steps(definition: &str) -> usize {
    // Every state has a type, and is not read in full: whoever works out traffic asks after every change.
    definition.matches("\"Type\":").count()
}

/// The definition with one more step at its end that calls `name`.
pub fn with_call(definition: &str, name: &str) -> Result<String, String> {
    let mut value = parsed(definition)?;
    let Some(states) = value.get_mut("States").and_then(Value::as_object_mut) else {
        return Err("has no `States`".to_owned());
    };
    let step = free_step(states, &format!("Run {name}"));
    let task = json!({ "Type": "Task", "Resource": format!("${{{name}}}"), "End": true });
    let ending = |state: &Value| state.get("End") == Some(&Value::Bool(true));
    let last = states.iter().filter(|(_, state)| ending(state)).map(|(key, _)| key.clone()).next_back();
    if let Some(state) = last.and_then(|key| states.get_mut(&key)).and_then(Value::as_object_mut) {
        // `shift_remove` keeps the order of the other keys, so the text changes where it must and nowhere else.
        state.shift_remove("End");
        state.insert("Next".to_owned(), Value::from(step.as_str()));
    }
    states.insert(step, task);
    Ok(printed(&value))
}

/// The definition in which every step that called `name` passes its input on instead, so that the flow stays whole.
pub fn without_call(definition: &str, name: &str) -> Result<String, String> {
    let mut value = parsed(definition)?;
    replace_steps(&mut value, &format!("${{{name}}}"));
    Ok(printed(&value))
}

/// The definition after a node's logical name changed.
#[must_use]
pub fn renamed(definition: &str, old: &str, new: &str) -> String {
    definition.replace(&format!("${{{old}}}"), &format!("${{{new}}}"))
}

/// The definition after the logical names of several nodes changed, old → new.
#[must_use]
pub fn all_renamed(definition: &str, changed: &[(&str, &str)]) -> String {
    let changed = || changed.iter().filter(|(old, new)| old != new);
    // In two passes over a name that nobody has, so that two nodes may swap their names.
    let away = changed().fold(definition.to_owned(), |text, (old, new)| renamed(&text, old, &format!("to-{new}")));
    changed().fold(away, |text, (_, new)| renamed(&text, &format!("to-{new}"), new))
}

fn parsed(definition: &str) -> Result<Value, String> {
    serde_json::from_str(definition).map_err(|error| format!("is not JSON ({error})"))
}

fn printed(value: &Value) -> String {
    format!("{value:#}\n")
}

fn free_step(states: &Map<String, Value>, stem: &str) -> String {
    let numbered = (2..).map(|number| format!("{stem} {number}"));
    let mut names = std::iter::once(stem.to_owned()).chain(numbered);
    names.find(|name| !states.contains_key(name)).unwrap_or_default()
}

/// Turns the innermost states that mention `placeholder` into Pass states.
fn replace_steps(value: &mut Value, placeholder: &str) {
    match value {
        Value::Object(object) => {
            let is_task = object.get("Type").and_then(Value::as_str) == Some("Task");
            if is_task && mentions(&Value::Object(object.clone()), placeholder) {
                let kept = ["Comment", "Next", "End"];
                object.retain(|key, _| kept.contains(&key.as_str()));
                object.insert("Type".to_owned(), Value::from("Pass"));
            } else {
                object.values_mut().for_each(|inner| replace_steps(inner, placeholder));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| replace_steps(inner, placeholder)),
        _ => {}
    }
}

fn mentions(value: &Value, placeholder: &str) -> bool {
    match value {
        Value::String(text) => text.contains(placeholder),
        Value::Array(items) => items.iter().any(|inner| mentions(inner, placeholder)),
        Value::Object(object) => object.values().any(|inner| mentions(inner, placeholder)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_and_go() {
        let one = with_call(&empty(), "ReadFn").expect("an empty definition takes a step");
        let two = with_call(&one, "ConvertFn").expect("and another");
        assert_eq!(calls(&two), ["ReadFn", "ConvertFn"]);
        assert_eq!((steps(&empty()), steps(&two)), (1, 3));
        let value: Value = serde_json::from_str(&two).expect("it is JSON");
        assert_eq!(value["States"]["Run ReadFn"]["Next"], "Run ConvertFn");
        assert_eq!(value["States"]["Run ConvertFn"]["End"], true);
        let rest = without_call(&two, "ReadFn").expect("a step can be taken out");
        assert_eq!(calls(&rest), ["ConvertFn"]);
        let value: Value = serde_json::from_str(&rest).expect("it is JSON");
        assert_eq!(value["States"]["Run ReadFn"], json!({"Type": "Pass", "Next": "Run ConvertFn"}));
        assert_eq!(calls(&renamed(&rest, "ConvertFn", "WebFn")), ["WebFn"]);
    }

    #[test]
    fn a_broken_definition_is_refused() {
        assert!(with_call("not json", "Fn").is_err());
        assert!(with_call("{}", "Fn").is_err());
    }
}
