//! Values of properties: plain data, and references that every dialect prints in its own way.
//!
//! Must not know resources, dialects or how a value is written down.

use std::borrow::Cow;

use serde_json::Value;

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number, as JSON writes it.
    Decimal(String),
    /// Text, taken literally.
    Text(String),
    /// Values in order.
    List(Vec<Self>),
    /// Values by key.
    Map(Map),
    /// What a plain reference to a logical id or pseudo parameter gives.
    Ref(String),
    /// An attribute of the resource with this logical id.
    Attribute(String, String),
    /// Text in which `${Id}`, `${Id.Attribute}`, `${AWS::…}` and the names of the map are filled in.
    Sub(String, Map),
    /// Values joined by a separator.
    Join(String, Vec<Self>),
    /// The part with this index of a value split at a separator.
    Part {
        /// Index of the part, from 0.
        index: u32,
        /// Where the value is split.
        separator: String,
        /// The value.
        of: Box<Self>,
    },
    /// One of two values.
    Choice {
        /// The condition that has to hold for the first.
        condition: String,
        /// The value where it holds.
        then: Box<Self>,
        /// The value where it does not.
        otherwise: Box<Self>,
    },
    /// Whether all of these parameters are given: what a condition says.
    Given(Vec<String>),
}

/// What takes a property away where a condition says so.
pub(super) fn no_value() -> Expression {
    Expression::Ref("AWS::NoValue".to_owned())
}

/// The key of a value. Most keys are words of a service and stand in the program; to put or copy them takes no memory.
pub type Key = Cow<'static, str>;

/// Values by key, in the order in which they were put.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Map(Vec<(Key, Expression)>);

impl Map {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Expression> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The value under `key`, null at first.
    pub fn entry(&mut self, key: impl Into<Key>) -> &mut Expression {
        let key = key.into();
        let at = self.0.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            self.0.push((key, Expression::Null));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// The map under `key`; what is no map makes room for an empty one.
    pub fn inner(&mut self, key: impl Into<Key>) -> &mut Self {
        let place = self.entry(key);
        if !matches!(place, Expression::Map(_)) {
            *place = Self::new().into();
        }
        match place {
            Expression::Map(map) => map,
            _ => unreachable!("it was made a map right above"),
        }
    }

    /// Puts `value` under `key`; the place of a key that is there stays.
    pub fn put(&mut self, key: impl Into<Key>, value: impl Into<Expression>) {
        *self.entry(key) = value.into();
    }

    /// The map with one more value.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Expression>) -> Self {
        self.put(key, value);
        self
    }

    /// The map with all values of another, which count where both have one.
    #[must_use]
    pub fn with_all(self, other: Self) -> Self {
        other.0.into_iter().fold(self, |map, (key, value)| map.with(key, value))
    }

    /// Takes the value under `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Expression> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(at).1)
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Expression)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// Keys and values in order, the values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Expression)> {
        self.0.iter_mut().map(|(key, value)| (&**key, value))
    }

    /// Hands every value to `change`.
    pub fn for_each_mut(&mut self, change: &mut dyn FnMut(&mut Expression)) {
        self.0.iter_mut().for_each(|(_, value)| change(value));
    }
}

/// Values by key, of which no two are alike.
impl<K: Into<Key>> FromIterator<(K, Expression)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Expression)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

/// Keys and values in order.
impl IntoIterator for Map {
    type Item = (Key, Expression);
    type IntoIter = std::vec::IntoIter<(Key, Expression)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Expression {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<i64> for Expression {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Map> for Expression {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Self>> for Expression {
    fn from(items: Vec<Self>) -> Self {
        Self::List(items)
    }
}

impl Expression {
    /// A text in which references are filled in.
    #[must_use]
    pub fn sub(text: &str) -> Self {
        Self::Sub(text.to_owned(), Map::new())
    }

    /// `then` where a condition holds, `otherwise` where it does not.
    #[must_use]
    pub fn choice(condition: &str, then: Self, otherwise: Self) -> Self {
        Self::Choice { condition: condition.to_owned(), then: Box::new(then), otherwise: Box::new(otherwise) }
    }

    /// Plain data as it stands: nothing in it is a reference.
    #[must_use]
    pub fn literal(value: &Value) -> Self {
        Self::read(value, &|_| None)
    }

    /// Data in which an object such as `{"Ref": …}` is a reference.
    #[must_use]
    pub fn with_references(value: &Value) -> Self {
        Self::read(value, &intrinsic)
    }

    fn read(value: &Value, special: &dyn Fn(&Value) -> Option<Self>) -> Self {
        if let Some(found) = special(value) {
            return found;
        }
        match value {
            Value::Null => Self::Null,
            Value::Bool(yes) => Self::Bool(*yes),
            Value::Number(number) => number.as_i64().map_or_else(|| Self::Decimal(number.to_string()), Self::Integer),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(|item| Self::read(item, special)).collect()),
            Value::Object(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.put(key.clone(), Self::read(value, special));
                }
                Self::Map(map)
            }
        }
    }

    /// The expressions right inside this one.
    fn children_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::List(items) | Self::Join(_, items) => items.iter_mut().collect(),
            Self::Map(map) | Self::Sub(_, map) => map.0.iter_mut().map(|(_, value)| value).collect(),
            Self::Part { of, .. } => vec![of],
            Self::Choice { then, otherwise, .. } => vec![then, otherwise],
            _ => Vec::new(),
        }
    }

    /// Hands this expression and all inside it to `change`, outermost first; what `change` put in place is not entered.
    pub fn rewrite(&mut self, change: &mut dyn FnMut(&Self) -> Option<Self>) {
        if let Some(other) = change(self) {
            *self = other;
            return;
        }
        for child in self.children_mut() {
            child.rewrite(change);
        }
    }

    /// Adds the logical ids and pseudo parameters that this expression names.
    pub fn references(&self, found: &mut Vec<String>) {
        self.each_reference(&mut |id| found.push(id.to_owned()));
    }

    /// Hands the logical ids and pseudo parameters that this expression names to `look`.
    pub fn each_reference<'e>(&'e self, look: &mut dyn FnMut(&'e str)) {
        match self {
            Self::Ref(id) | Self::Attribute(id, _) => look(id),
            Self::Sub(text, local) => {
                let named = placeholders(text).filter(|name| local.get(name).is_none());
                named.for_each(|name| look(name.split('.').next().unwrap_or_default()));
                local.iter().for_each(|(_, value)| value.each_reference(look));
            }
            Self::List(items) | Self::Join(_, items) => items.iter().for_each(|item| item.each_reference(look)),
            Self::Map(map) => map.iter().for_each(|(_, value)| value.each_reference(look)),
            Self::Part { of, .. } => of.each_reference(look),
            Self::Choice { then, otherwise, .. } => {
                [then, otherwise].iter().for_each(|value| value.each_reference(look));
            }
            Self::Given(parameters) => parameters.iter().for_each(|id| look(id)),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Decimal(_) | Self::Text(_) => {}
        }
    }
}

/// The names in `${…}` of a text to be filled in; `${!…}` stands for itself.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(|name| !name.is_empty() && !name.starts_with('!'))
}

/// The reference that an object of one key stands for.
fn intrinsic(value: &Value) -> Option<Expression> {
    let entries = value.as_object().filter(|entries| entries.len() == 1)?;
    let (function, argument) = entries.iter().next()?;
    match (function.as_str(), argument) {
        ("Ref", Value::String(id)) => Some(Expression::Ref(id.clone())),
        ("Fn::GetAtt", Value::String(path)) => {
            path.split_once('.').map(|(id, name)| Expression::Attribute(id.to_owned(), name.to_owned()))
        }
        ("Fn::GetAtt", Value::Array(parts)) => match parts.as_slice() {
            [Value::String(id), Value::String(name)] => Some(Expression::Attribute(id.clone(), name.clone())),
            _ => None,
        },
        ("Fn::Sub", Value::String(text)) => Some(Expression::sub(text)),
        ("Fn::Sub", Value::Array(parts)) => match (parts.as_slice(), parts.get(1).map(Expression::with_references)) {
            ([Value::String(text), _], Some(Expression::Map(local))) => Some(Expression::Sub(text.clone(), local)),
            _ => None,
        },
        ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
            [Value::String(separator), Value::Array(items)] => {
                Some(Expression::Join(separator.clone(), items.iter().map(Expression::with_references).collect()))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let value = Expression::with_references(&json!({
            "a": {"Ref": "Bucket"},
            "b": [{"Fn::GetAtt": ["Table", "Arn"]}, {"Fn::Sub": "${Fn.Arn}/${AWS::Region}/${!kept}"}],
            "c": {"Fn::Join": ["-", ["x", {"Ref": "Queue"}]]},
            "d": {"Fn::Sub": ["${name}/${Api}", {"name": {"Ref": "Pool"}}]},
        }));
        let mut found = Vec::new();
        value.references(&mut found);
        assert_eq!(found, ["Bucket", "Table", "Fn", "AWS::Region", "Queue", "Api", "Pool"]);
    }

    #[test]
    fn literal_data_refers_to_nothing() {
        let mut found = Vec::new();
        Expression::literal(&json!({"Ref": "Bucket", "x": ["${Bucket}"]})).references(&mut found);
        Expression::literal(&json!({"Ref": "Bucket"})).references(&mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_map_keeps_its_order() {
        let mut map = Map::new().with("b", 1).with("a", 2);
        map.put("b", 3);
        let keys: Vec<(&str, &Expression)> = map.iter().collect();
        assert_eq!(keys, [("b", &Expression::Integer(3)), ("a", &Expression::Integer(2))]);
        assert_eq!(map.remove("b"), Some(Expression::Integer(3)));
    }
}
