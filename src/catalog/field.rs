//! One setting of a kind or of an arrow: type, unit, limits, and how its value is shown and judged.
//!
//! Must not know where the value is kept or who edits it.

use rust_decimal::Decimal;
use serde_json::Value;

use super::kind::PropertyPath;
use super::names::named;

named! {
    /// What a setting's value is; the inspector has one editor for each.
    pub enum FieldType {
        /// One line of text.
        Text = "text",
        /// A whole number.
        Integer = "integer",
        /// A number with a fraction.
        Decimal = "decimal",
        /// Yes or no.
        Boolean = "boolean",
        /// One of a few.
        Choice = "choice",
        /// Several lines of text, one item a line.
        List = "list",
        /// The path of a text that the document holds.
        File = "file",
    }
}

named! {
    /// The form that a text must have, beyond its length.
    pub enum TextForm {
        /// Anything.
        Any = "any",
        /// Letters, digits, hyphen, underscore and dot.
        Name = "name",
        /// A route: starts with `/`.
        Route = "route",
        /// A mail address or a domain.
        Mail = "mail",
        /// A relative path that stays inside its folder.
        Path = "path",
        /// An IAM action, `service:Action`.
        Action = "action",
    }
}

/// One of the values of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored and written.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Key in files.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Type of the value.
    pub field_type: FieldType,
    /// Form of a text.
    pub form: TextForm,
    /// Unit shown beside the value.
    pub unit: String,
    /// Value when nothing is set.
    pub default: Option<Value>,
    /// Least number, or shortest text.
    pub min: Option<i64>,
    /// Greatest number, or longest text.
    pub max: Option<i64>,
    /// The choices.
    pub choices: Vec<Choice>,
    /// Shown and written only when this other field is set.
    pub when: Option<String>,
    /// A deployment fails without it.
    pub required: bool,
    /// One sentence: what it does.
    pub help: String,
    /// The vendor's own name for it.
    pub vendor: String,
    /// Properties that take the value.
    pub properties: Vec<PropertyPath>,
}

impl Field {
    /// Why `value` cannot stand in this field, as a sentence without the subject; `None` when it can.
    #[must_use]
    pub fn refusal(&self, value: &Value) -> Option<String> {
        match self.field_type {
            FieldType::Boolean => (!value.is_boolean()).then(|| "must be true or false".to_owned()),
            FieldType::Integer => match value.as_i64() {
                Some(_) => self.outside(value.as_f64().unwrap_or(f64::NAN)),
                None => Some("must be a whole number".to_owned()),
            },
            FieldType::Decimal => match value.as_f64() {
                Some(number) => self.outside(number),
                None => Some("must be a number".to_owned()),
            },
            FieldType::Text | FieldType::File => match value.as_str() {
                Some(text) => self.text_refusal(text),
                None => Some("must be text".to_owned()),
            },
            FieldType::Choice => self.choice_refusal(value),
            FieldType::List => match value.as_array() {
                Some(items) => items.iter().find_map(|item| match item.as_str() {
                    Some(text) => self.text_refusal(text),
                    None => Some("must be a list of texts".to_owned()),
                }),
                None => Some("must be a list of texts".to_owned()),
            },
        }
    }

    fn outside(&self, number: f64) -> Option<String> {
        let (min, max) = (self.min.map(|min| min as f64), self.max.map(|max| max as f64));
        let low = min.is_some_and(|min| number < min);
        let high = max.is_some_and(|max| number > max);
        (low || high || !number.is_finite()).then(|| format!("must be {}", self.limits()))
    }

    /// The limits in words: "from 128 to 10,240 MB".
    #[must_use]
    pub fn limits(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("from {} to {}{unit}", grouped(min), grouped(max)),
            (Some(min), None) => format!("at least {}{unit}", grouped(min)),
            (None, Some(max)) => format!("at most {}{unit}", grouped(max)),
            (None, None) => "a number".to_owned(),
        }
    }

    fn text_refusal(&self, text: &str) -> Option<String> {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if self.min.is_some_and(|min| length < min) || self.max.is_some_and(|max| length > max) {
            return Some(format!("must have {} characters", self.limits()));
        }
        if text.chars().any(char::is_control) {
            return Some("must not hold control characters".to_owned());
        }
        self.form.refusal(text).map(str::to_owned)
    }

    fn choice_refusal(&self, value: &Value) -> Option<String> {
        let known = value.as_str().is_some_and(|text| self.choices.iter().any(|choice| choice.value == text));
        let all: Vec<&str> = self.choices.iter().map(|choice| choice.value.as_str()).collect();
        (!known).then(|| format!("must be one of {}", all.join(", ")))
    }

    /// Reads what a person typed; the error is a sentence without the subject.
    pub fn parse(&self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        let value = match self.field_type {
            FieldType::Boolean => match typed.to_lowercase().as_str() {
                "true" | "yes" | "on" => Value::Bool(true),
                "false" | "no" | "off" => Value::Bool(false),
                _ => return Err("must be true or false".to_owned()),
            },
            FieldType::Integer => {
                let digits = typed.replace([',', '_'], "");
                Value::from(digits.parse::<i64>().map_err(|_bad| "must be a whole number".to_owned())?)
            }
            FieldType::Decimal => serde_json::from_str::<serde_json::Number>(&typed.replace([',', '_'], ""))
                .map(Value::Number)
                .map_err(|_bad| "must be a number".to_owned())?,
            FieldType::List => {
                typed.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect()
            }
            FieldType::Choice => self.chosen(typed),
            FieldType::Text | FieldType::File => Value::from(typed),
        };
        self.refusal(&value).map_or(Ok(value), Err)
    }

    /// The choice meant by its value or its label.
    fn chosen(&self, typed: &str) -> Value {
        let same = |choice: &&Choice| choice.value == typed || choice.label.eq_ignore_ascii_case(typed);
        Value::from(self.choices.iter().find(same).map_or(typed, |choice| choice.value.as_str()))
    }

    /// `value` as people read it: "1,024 MB", "2 min", "Node.js 24".
    #[must_use]
    pub fn shown(&self, value: &Value) -> String {
        match value {
            Value::Bool(yes) => (if *yes { "on" } else { "off" }).to_owned(),
            Value::String(text) => {
                self.choices.iter().find(|choice| choice.value == *text).map_or(text, |choice| &choice.label).clone()
            }
            Value::Array(items) => items.iter().map(|item| self.shown(item)).collect::<Vec<_>>().join(", "),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => with_unit(whole, &self.unit),
                None => format!("{number} {}", self.unit).trim_end().to_owned(),
            },
            Value::Null | Value::Object(_) => String::new(),
        }
    }
}

impl TextForm {
    /// Whether `text` has this form.
    #[must_use]
    pub fn allows(self, text: &str) -> bool {
        self.refusal(text).is_none()
    }

    fn refusal(self, text: &str) -> Option<&'static str> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        match self {
            Self::Any => None,
            Self::Name => {
                (!text.chars().all(plain)).then_some("may hold letters, digits, hyphen, underscore and dot only")
            }
            Self::Route => (!text.starts_with('/') || text.contains(char::is_whitespace))
                .then_some("must start with / and hold no spaces"),
            Self::Mail => {
                let domain = text.rsplit('@').next().unwrap_or_default();
                (!domain.contains('.') || !domain.chars().all(plain) || text.matches('@').count() > 1)
                    .then_some("must be a mail address or a domain")
            }
            Self::Path => {
                let part_ok = |part: &str| !part.is_empty() && part != ".." && part != "." && part.chars().all(plain);
                (!text.split('/').all(part_ok)).then_some("must be a relative path that stays inside the folder")
            }
            Self::Action => {
                let parts: Vec<&str> = text.split(':').collect();
                let word =
                    |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                (parts.len() != 2 || !parts.iter().all(word)).then_some("must be an action such as dynamodb:GetItem")
            }
        }
    }
}

/// A whole number with its unit as people say it; seconds become minutes, hours or days where they come out even.
fn with_unit(number: i64, unit: &str) -> String {
    let steps = [(86_400, "d"), (3_600, "h"), (60, "min")];
    if unit == "s"
        && number >= 60
        && let Some((size, name)) = steps.iter().find(|(size, _)| number % size == 0)
    {
        let count = number / size;
        let name = if *name == "d" { if count == 1 { "day" } else { "days" } } else { name };
        return format!("{} {name}", grouped(count));
    }
    format!("{} {unit}", grouped(number)).trim_end().to_owned()
}

/// A whole number with thousands separated by commas.
#[must_use]
pub fn grouped(number: i64) -> String {
    grouped_decimal(Decimal::from(number))
}

/// A decimal with thousands separated by commas and no zeros at its end.
#[must_use]
pub fn grouped_decimal(number: Decimal) -> String {
    let text = number.normalize().to_string();
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::{grouped, grouped_decimal, with_unit};

    #[test]
    fn numbers_read_as_people_say_them() {
        let check = |number, unit, expected: &str| assert_eq!(with_unit(number, unit), expected);
        check(1024, "MB", "1,024 MB");
        check(30, "s", "30 s");
        check(120, "s", "2 min");
        check(90, "s", "90 s");
        check(1_209_600, "s", "14 days");
        check(10, "", "10");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(grouped(999), "999");
        let decimal = |text: &str| grouped_decimal(text.parse().expect("a decimal"));
        assert_eq!(decimal("-1234567.50"), "-1,234,567.5");
        assert_eq!(decimal("0.0000166667"), "0.0000166667");
    }
}
