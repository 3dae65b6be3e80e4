//! The quantity of a cost line as a formula: parsed once when the catalogue loads, printed with its numbers filled in.
//!
//! Grammar, loosest first: comparisons `< <= > >= ==`; `+ -`; `* /`; numbers, names, calls `if(c, a, b)`, `min(…)`,
//! `max(…)`, `ceil(x, step)`, and parentheses. Must not know prices, tiers or where the values of names come from.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::field::grouped_decimal;
use super::names::{Named as _, named};

named! {
    /// An operator between two operands.
    pub enum Operator {
        /// Sum.
        Add = "+",
        /// Difference.
        Subtract = "-",
        /// Product.
        Multiply = "*",
        /// Quotient.
        Divide = "/",
        /// Less.
        Less = "<",
        /// Less or equal.
        LessOrEqual = "<=",
        /// Greater.
        Greater = ">",
        /// Greater or equal.
        GreaterOrEqual = ">=",
        /// Equal.
        Equal = "==",
    }
}

named! {
    /// A function that formulas may call.
    pub enum Function {
        /// `if(condition, then, else)`.
        If = "if",
        /// The least of its arguments.
        Min = "min",
        /// The greatest of its arguments.
        Max = "max",
        /// `ceil(x, step)`: x rounded up to a multiple of step.
        Ceil = "ceil",
    }
}

/// Where the value of a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// A setting: its place among the kind's fields.
    Field(usize),
    /// A figure: its place among the kind's usage keys.
    Usage(usize),
    /// Hours in a month.
    Hours,
    /// The region.
    Region,
    /// What flows through the node; only formulas of traffic name it.
    Flow(Flowing),
}

/// What flows through a node in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flowing {
    /// Events that arrive along all arrows.
    Arrivals,
    /// Events that arrive in one way: its place among the kind's ways.
    Arriving(usize),
    /// Events that reach what its arrows lead to.
    Leaving,
    /// Such events that reach their target in one way: its place among the ways that the kind counts.
    LeavingBy(usize),
    /// Arrows along which traffic leaves.
    Consumers,
    /// Mean KB of an arriving event.
    Size,
    /// How often the node is at work, as its kind says.
    Events,
    /// How often its expression lets it run.
    Ticks,
    /// Steps of its definition.
    Steps,
}

/// A name in a formula.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// As it is written.
    pub text: Arc<str>,
    /// Where its value stands.
    pub slot: Slot,
}

/// A parsed formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// A number.
    Number(Decimal),
    /// A field, a usage key, `hours` or `region`.
    Name(Name),
    /// A text to compare a choice with: `'arm64'`.
    Text(String),
    /// Two operands.
    Binary(Operator, Box<Self>, Box<Self>),
    /// A call.
    Call(Function, Vec<Self>),
}

impl Formula {
    /// Reads a formula whose names `slot` knows; the error says what is wrong and where.
    pub fn parse(text: &str, slot: &dyn Fn(&str) -> Option<Slot>) -> Result<Self, String> {
        let mut parser = Parser { text, slot, at: 0, depth: 0 };
        let formula = parser.level(0)?;
        match parser.peek() {
            None => Ok(formula),
            Some(extra) => Err(parser.error(&format!("unexpected `{extra}`"))),
        }
    }

    /// Every name that the formula uses.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&Name> {
        match self {
            Self::Name(name) => BTreeSet::from([name]),
            Self::Number(_) | Self::Text(_) => BTreeSet::new(),
            Self::Binary(_, left, right) => left.names().union(&right.names()).copied().collect(),
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::names).collect(),
        }
    }

    /// The same for a computer: it multiplies where the formula divides by a number whose reciprocal is as exact.
    #[must_use]
    pub fn multiplied(&self) -> Self {
        match self {
            Self::Binary(Operator::Divide, left, right) => {
                let reciprocal = if let Self::Number(number) = &**right { reciprocal(*number) } else { None };
                let left = Box::new(left.multiplied());
                match reciprocal {
                    Some(reciprocal) => Self::Binary(Operator::Multiply, left, Box::new(Self::Number(reciprocal))),
                    None => Self::Binary(Operator::Divide, left, Box::new(right.multiplied())),
                }
            }
            Self::Binary(operator, left, right) => {
                Self::Binary(*operator, Box::new(left.multiplied()), Box::new(right.multiplied()))
            }
            Self::Call(function, arguments) => Self::Call(*function, arguments.iter().map(Self::multiplied).collect()),
            Self::Number(_) | Self::Name(_) | Self::Text(_) => self.clone(),
        }
    }

    /// How tightly the outermost operator binds; operands that bind less are printed in parentheses.
    fn tightness(&self) -> usize {
        match self {
            Self::Binary(operator, ..) => LEVELS.iter().position(|level| level.contains(operator)).unwrap_or(0),
            _ => LEVELS.len(),
        }
    }
}

/// One divided by a number, if that ends after a few digits.
fn reciprocal(number: Decimal) -> Option<Decimal> {
    let reciprocal = Decimal::ONE.checked_div(number)?.normalize();
    (reciprocal.scale() <= 12 && reciprocal.checked_mul(number) == Some(Decimal::ONE)).then_some(reciprocal)
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Style { name: &|name| name.text.to_string(), number: &Decimal::to_string, times: "*" };
        f.write_str(&self.printed(&plain))
    }
}

/// How the parts of a formula are printed.
struct Style<'s> {
    name: &'s dyn Fn(&Name) -> String,
    number: &'s dyn Fn(&Decimal) -> String,
    times: &'s str,
}

impl Formula {
    /// The formula for people, with what `value` says in the place of each name: "3,000,000 × 120 ms / 1,000".
    #[must_use]
    pub fn told(&self, value: &dyn Fn(&Name) -> String) -> String {
        self.printed(&Style { name: value, number: &|number| grouped_decimal(*number), times: "×" })
    }

    fn printed(&self, style: &Style<'_>) -> String {
        match self {
            Self::Number(number) => (style.number)(number),
            Self::Name(name) => (style.name)(name),
            Self::Text(text) => format!("'{text}'"),
            Self::Binary(operator, left, right) => {
                let level = self.tightness();
                let operand = |side: &Self, loose: bool| {
                    let text = side.printed(style);
                    if loose { format!("({text})") } else { text }
                };
                let sign = if *operator == Operator::Multiply { style.times } else { operator.name() };
                let (is_left_loose, is_right_loose) = (left.tightness() < level, right.tightness() <= level);
                format!("{} {sign} {}", operand(left, is_left_loose), operand(right, is_right_loose))
            }
            Self::Call(function, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(|argument| argument.printed(style)).collect();
                format!("{function}({})", arguments.join(", "))
            }
        }
    }
}

/// Operators by how tightly they bind, loosest first.
const LEVELS: [&[Operator]; 3] = [
    &[Operator::LessOrEqual, Operator::GreaterOrEqual, Operator::Equal, Operator::Less, Operator::Greater],
    &[Operator::Add, Operator::Subtract],
    &[Operator::Multiply, Operator::Divide],
];

/// Parentheses and calls may nest this deep.
const MAX_DEPTH: usize = 32;

struct Parser<'t> {
    text: &'t str,
    slot: &'t dyn Fn(&str) -> Option<Slot>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        self.peek();
        let found = self.text[self.at..].starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn error(&self, what: &str) -> String {
        format!("{what} at character {} of `{}`", self.text[..self.at].chars().count() + 1, self.text)
    }

    fn level(&mut self, level: usize) -> Result<Formula, String> {
        let Some(operators) = LEVELS.get(level) else { return self.atom() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.eat(operator.name())) {
            let right = self.level(level + 1)?;
            left = Formula::Binary(*operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Formula, String> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let inner = self.nested()?;
                if self.eat(")") { Ok(inner) } else { Err(self.error("`)` is missing")) }
            }
            Some('\'') => {
                self.at += 1;
                let text = self.taken(|c| c != '\'');
                if self.eat("'") { Ok(Formula::Text(text)) } else { Err(self.error("the text has no end")) }
            }
            Some(c) if c.is_ascii_digit() => {
                let digits = self.taken(|c| c.is_ascii_digit() || c == '.' || c == '_');
                digits.parse().map(Formula::Number).map_err(|_bad| self.error("the number cannot be read"))
            }
            Some(c) if c.is_ascii_alphabetic() => self.name_or_call(),
            Some(other) => Err(self.error(&format!("unexpected `{other}`"))),
            None => Err(self.error("an operand is missing")),
        }
    }

    fn name_or_call(&mut self) -> Result<Formula, String> {
        let name = self.taken(|c| c.is_ascii_alphanumeric() || c == '_');
        if !self.eat("(") {
            let Some(slot) = (self.slot)(&name) else {
                return Err(self.error(&format!("`{name}` is no field or usage key, found")));
            };
            return Ok(Formula::Name(Name { text: name.into(), slot }));
        }
        let Some(function) = Function::from_name(&name) else {
            return Err(self.error(&format!("`{name}` is no function")));
        };
        let mut arguments = vec![self.nested()?];
        while self.eat(",") {
            arguments.push(self.nested()?);
        }
        if !self.eat(")") {
            return Err(self.error("`)` is missing"));
        }
        let fits = match function {
            Function::If => arguments.len() == 3,
            Function::Ceil => arguments.len() == 2,
            Function::Min | Function::Max => arguments.len() >= 2,
        };
        if fits { Ok(Formula::Call(function, arguments)) } else { Err(self.error("wrong number of arguments")) }
    }

    fn nested(&mut self) -> Result<Formula, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let inner = self.level(0);
        self.depth -= 1;
        inner
    }

    fn taken(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Formula, Slot};

    fn parse(text: &str) -> Result<Formula, String> {
        Formula::parse(text, &|_name| Some(Slot::Hours))
    }

    #[test]
    fn formulas_print_as_they_bind() {
        let check = |text: &str, printed: &str| {
            let formula = parse(text).expect(text);
            assert_eq!(formula.to_string(), printed);
            assert_eq!(parse(printed).as_ref(), Ok(&formula));
        };
        check("requests*duration_ms/1000 * memory_mb / 1024", "requests * duration_ms / 1000 * memory_mb / 1024");
        check("a - (b - c)", "a - (b - c)");
        check("(a+b)*2", "(a + b) * 2");
        check("if(arch=='arm64', 1, max(2,3))", "if(arch == 'arm64', 1, max(2, 3))");
        check("requests * ceil(request_kb, 64) / 64", "requests * ceil(request_kb, 64) / 64");
    }

    #[test]
    fn divisions_that_end_are_multiplications() {
        let check = |text: &str, printed: &str| assert_eq!(parse(text).expect(text).multiplied().to_string(), printed);
        check("a / 1000 * b / 1024", "a * 0.001 * b * 0.0009765625");
        check("max(ceil(a, 64) / 64, 1)", "max(ceil(a, 64) * 0.015625, 1)");
        check("a / 1048576", "a / 1048576");
        check("a / 3 / b", "a / 3 / b");
        check("a / 0", "a / 0");
    }

    #[test]
    fn broken_formulas_say_where() {
        let check = |text: &str, part: &str| {
            let error = parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        };
        check("1 +", "operand is missing at character 4");
        check("(1", "`)` is missing");
        check("sqrt(2)", "`sqrt` is no function");
        check("if(1, 2)", "wrong number of arguments");
        check("1 2", "unexpected `2`");
        check("1.2.3", "number cannot be read");
        check(&"(".repeat(100_000), "nested too deep");
    }
}
