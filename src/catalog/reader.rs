//! A TOML text while it is being read: every value keeps its line, every defect is collected, every key must be asked for.
//!
//! Must not know what the keys mean.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::names::{Named, nearest};

/// Something wrong in a data file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Defect {
    /// Path of the file as the catalogue was given it.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A file's text together with the defects found in it so far.
pub(super) struct Source<'s> {
    path: &'s str,
    text: &'s str,
    defects: RefCell<Vec<Defect>>,
}

impl<'s> Source<'s> {
    /// Reads the whole text as a table and hands it to `read`; returns what was read and every defect.
    pub(super) fn read<T>(path: &'s str, text: &'s str, read: impl FnOnce(&Table<'_>) -> T) -> (T, Vec<Defect>) {
        let source = Source { path, text, defects: RefCell::default() };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            source.report(error.span().map_or(0, |span| span.start), error.message().trim_end_matches('.'));
        }
        let table = Table { source: &source, values: root.get_ref(), at: 0, seen: RefCell::default() };
        let value = read(&table);
        table.finish();
        (value, source.defects.into_inner())
    }

    fn report(&self, at: usize, message: &str) {
        let line = 1 + self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        let defect = Defect { path: self.path.to_owned(), line, message: format!("{message}.") };
        self.defects.borrow_mut().push(defect);
    }
}

/// A table of a file; keys that nobody asks for are defects.
pub(super) struct Table<'s> {
    source: &'s Source<'s>,
    values: &'s DeTable<'s>,
    at: usize,
    seen: RefCell<BTreeSet<&'static str>>,
}

impl<'s> Table<'s> {
    /// Reports a defect of the whole table.
    pub(super) fn defect(&self, message: &str) {
        self.source.report(self.at, message);
    }

    /// Reports a defect at the value of `key`.
    pub(super) fn defect_at(&self, key: &str, message: &str) {
        let at = self.values.iter().find(|(name, _)| name.get_ref() == key).map_or(self.at, |(_, v)| v.span().start);
        self.source.report(at, message);
    }

    fn value(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.seen.borrow_mut().insert(key);
        self.values.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn wrong<T>(&self, key: &str, wanted: &str) -> Option<T> {
        self.defect_at(key, &format!("`{key}` must be {wanted}"));
        None
    }

    /// A text, if there is one.
    pub(super) fn maybe_text(&self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        value.get_ref().as_str().map(str::to_owned).or_else(|| self.wrong(key, "text"))
    }

    /// A text that must be there.
    pub(super) fn text(&self, key: &'static str) -> String {
        if self.value(key).is_none() {
            self.defect(&format!("`{key}` is missing"));
        }
        self.maybe_text(key).unwrap_or_default()
    }

    /// A whole number, if there is one.
    pub(super) fn integer(&self, key: &'static str) -> Option<i64> {
        let value = self.value(key)?.get_ref();
        let number = value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        number.or_else(|| self.wrong(key, "a whole number"))
    }

    /// A truth value; false when absent.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.value(key).and_then(|value| value.get_ref().as_bool().or_else(|| self.wrong(key, "true or false")))
            == Some(true)
    }

    /// Any value as JSON, if there is one.
    pub(super) fn json(&self, key: &'static str) -> Option<Value> {
        self.value(key).map(|value| to_json(value.get_ref()))
    }

    /// A list of texts; empty when absent.
    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        self.maybe_texts(key).unwrap_or_default()
    }

    /// A list of texts, if there is one.
    pub(super) fn maybe_texts(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.value(key)?.get_ref();
        let items = value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
        Option::<Vec<String>>::or_else(items, || self.wrong(key, "a list of texts"))
    }

    /// A member of a closed set that must be there.
    pub(super) fn named<T: Named>(&self, key: &'static str) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() { None } else { self.resolve(key, &text) }
    }

    /// A member of a closed set, if there is one.
    pub(super) fn maybe_named<T: Named>(&self, key: &'static str) -> Option<T> {
        self.maybe_text(key).and_then(|text| self.resolve(key, &text))
    }

    /// A list of members of a closed set.
    pub(super) fn all_named<T: Named>(&self, key: &'static str) -> Vec<T> {
        self.texts(key).iter().filter_map(|text| self.resolve(key, text)).collect()
    }

    fn resolve<T: Named>(&self, key: &str, text: &str) -> Option<T> {
        T::from_name(text).or_else(|| {
            let known: Vec<&str> = T::ALL.iter().map(|(name, _)| *name).collect();
            let hint = nearest(text, known.iter().copied()).map(|name| format!("; did you mean `{name}`?"));
            let hint = hint.unwrap_or_else(|| format!("; known are {}", known.join(", ")));
            self.defect_at(key, &format!("`{text}` is not a value of `{key}`{hint}"));
            None
        })
    }

    /// A table under `key`, handed to `read`.
    pub(super) fn table<T>(&self, key: &'static str, read: impl FnOnce(&Table<'_>) -> T) -> Option<T> {
        let value = self.value(key)?;
        let Some(values) = value.get_ref().as_table() else { return self.wrong(key, "a table") };
        let table = self.child(values, value.span().start);
        let result = read(&table);
        table.finish();
        Some(result)
    }

    /// Every table of the list under `key`, handed to `read` in order.
    pub(super) fn tables<T>(&self, key: &'static str, mut read: impl FnMut(&Table<'_>) -> Option<T>) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong::<()>(key, "a list of tables");
            return Vec::new();
        };
        let mut results = Vec::new();
        for item in items {
            let Some(values) = item.get_ref().as_table() else {
                self.source.report(item.span().start, &format!("`{key}` must be a list of tables"));
                continue;
            };
            let table = self.child(values, item.span().start);
            results.extend(read(&table));
            table.finish();
        }
        results
    }

    /// The table's pairs of key and text, whatever the keys are.
    pub(super) fn pairs(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(values) = value.get_ref().as_table() else {
            self.wrong::<()>(key, "a table");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in values {
            match value.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_owned())),
                None => self.source.report(value.span().start, &format!("`{}` must be text", name.get_ref())),
            }
        }
        pairs
    }

    fn child<'c>(&'c self, values: &'c DeTable<'c>, at: usize) -> Table<'c> {
        Table { source: self.source, values, at, seen: RefCell::default() }
    }

    /// Reports the keys that nobody asked for.
    fn finish(&self) {
        let seen = self.seen.borrow();
        for name in self.values.keys().filter(|name| !seen.contains(name.get_ref().as_ref())) {
            let hint = nearest(name.get_ref(), seen.iter().copied()).map(|known| format!("; did you mean `{known}`?"));
            let message = format!("`{}` is not a known key here{}", name.get_ref(), hint.unwrap_or_default());
            self.source.report(name.span().start, &message);
        }
    }
}

fn to_json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => serde_json::from_str(number.as_str()).unwrap_or(Value::Null),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| to_json(item.get_ref())).collect(),
        DeValue::Table(values) => {
            // In the order of the file.
            let mut pairs: Vec<_> = values.iter().collect();
            pairs.sort_by_key(|(key, _)| key.span().start);
            pairs.into_iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref()))).collect()
        }
    }
}
