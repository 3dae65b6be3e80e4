//! Rust expressions, broken into lines as rustfmt breaks them, so that formatting leaves what was exported as it is.
//!
//! Knows chains of calls and nothing else of the language.

/// Widest line, in columns.
pub(super) const WIDTH: usize = 100;
/// Widest chain of calls and widest list of arguments that stay on one line, in columns.
const NARROW: usize = 60;
/// How much further in the next level stands, in columns.
const STEP: usize = 4;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Columns before its line.
    pub(super) indent: usize,
    /// Columns of its first line that are taken, those of `indent` among them.
    pub(super) used: usize,
    /// Columns that follow its last line.
    pub(super) after: usize,
}

impl Place {
    /// A line of its own, with a comma or semicolon after it.
    fn line(indent: usize) -> Self {
        Self { indent, used: indent, after: 1 }
    }
}

/// `code`, written on one line, as it looks in its place.
pub(super) fn laid_out(code: &str, place: Place) -> String {
    laid(&Reader { rest: code }.chain(), place)
}

/// One part of a chain: `sqs()`, `.await?`, `.queue_url(…)`.
struct Link<'c> {
    /// Up to the arguments.
    head: &'c str,
    /// What is passed, where it is a call.
    arguments: Option<Vec<Vec<Self>>>,
    /// The question marks after it.
    tail: &'c str,
}

/// What is left to read of an expression.
struct Reader<'c> {
    rest: &'c str,
}

impl<'c> Reader<'c> {
    fn chain(&mut self) -> Vec<Link<'c>> {
        let mut links = vec![self.link()];
        while self.rest.starts_with('.') {
            links.push(self.link());
        }
        links
    }

    fn link(&mut self) -> Link<'c> {
        let head = self.take(head_length(self.rest));
        let arguments = self.rest.starts_with('(').then(|| self.arguments());
        let tail = self.take(self.rest.len() - self.rest.trim_start_matches('?').len());
        Link { head, arguments, tail }
    }

    fn arguments(&mut self) -> Vec<Vec<Link<'c>>> {
        let mut all = Vec::new();
        self.take(1);
        while !self.rest.is_empty() && !self.rest.starts_with(')') {
            all.push(self.chain());
            self.rest = self.rest.trim_start_matches([',', ' ']);
        }
        self.take(self.rest.len().min(1));
        all
    }

    fn take(&mut self, length: usize) -> &'c str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

/// Length of what stands before arguments, question marks and further parts. A point in a number or a text ends nothing.
fn head_length(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        let ends = match c {
            '(' | ')' | ',' | '?' => true,
            '.' => at > 0 && text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic()),
            _ => false,
        };
        if ends && !quoted {
            return at.max(usize::from(at == 0 && c != '(' && c != '.'));
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

fn flat(links: &[Link<'_>]) -> String {
    let one = |link: &Link<'_>| {
        let arguments = link.arguments.as_ref().map(|all| format!("({})", flat_list(all)));
        format!("{}{}{}", link.head, arguments.unwrap_or_default(), link.tail)
    };
    links.iter().map(one).collect()
}

fn flat_list(all: &[Vec<Link<'_>>]) -> String {
    all.iter().map(|argument| flat(argument)).collect::<Vec<_>>().join(", ")
}

/// Whether a chain and what is passed in it are narrow enough for one line, if there is room.
fn is_narrow(links: &[Link<'_>]) -> bool {
    // Question marks at the end of a chain count twice.
    let width = flat(links).chars().count() + links.last().map_or(0, |last| last.tail.len());
    let fits =
        |all: &Vec<Vec<Link<'_>>>| flat_list(all).chars().count() <= NARROW && all.iter().all(|one| is_narrow(one));
    (links.len() <= 2 || width <= NARROW) && links.iter().all(|link| link.arguments.as_ref().is_none_or(fits))
}

fn laid(links: &[Link<'_>], place: Place) -> String {
    let Some((root, steps)) = links.split_first() else { return String::new() };
    let one = flat(links);
    if is_narrow(links) && place.used + one.chars().count() + place.after <= WIDTH {
        return one;
    }
    let inner = Place { after: 0, ..Place::line(place.indent + STEP) };
    let mut text = laid_link(root, place);
    for step in steps {
        text += &format!("\n{}{}", " ".repeat(inner.indent), laid_link(step, inner));
    }
    text
}

fn laid_link(link: &Link<'_>, place: Place) -> String {
    let Link { head, arguments, tail } = link;
    let Some(all) = arguments else { return format!("{head}{tail}") };
    let one = format!("{head}({}){tail}", flat_list(all));
    if is_narrow(std::slice::from_ref(link)) && place.used + one.chars().count() + place.after <= WIDTH {
        return one;
    }
    let inner = Place::line(place.indent + STEP);
    let lines = all.iter().map(|argument| format!("{}{},\n", " ".repeat(inner.indent), laid(argument, inner)));
    format!("{head}(\n{}{}){tail}", lines.collect::<String>(), " ".repeat(place.indent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_narrow_stays_on_a_line_and_what_is_wide_is_broken_up() {
        let check = |code: &str, expected: &str| {
            assert_eq!(laid_out(code, Place { indent: 4, used: 17, after: 1 }), expected);
        };
        check("sns().await.publish().send().await?", "sns().await.publish().send().await?");
        check(
            "sqs().await.send_message().queue_url(std::env::var(\"URL\")?).send().await?",
            "sqs()\n        .await\n        .send_message()\n        .queue_url(std::env::var(\"URL\")?)\n        .send()\n        \
             .await?",
        );
        check("a().b(\"one. two(\\\", three)?\", 1.5)", "a().b(\"one. two(\\\", three)?\", 1.5)");
        let long = "a_name_that_takes_much_room".repeat(3);
        check(&format!("make({long}, one)?"), &format!("make(\n        {long},\n        one,\n    )?"));
        check(
            &format!("a().b({long}).c()"),
            &format!("a()\n        .b(\n            {long},\n        )\n        .c()"),
        );
    }

    #[test]
    fn broken_code_is_read_to_its_end() {
        for code in ["", ")", ",", "?", "a(", "a(\"", "a.b(,)", "((", ".", "a)b"] {
            laid_out(code, Place::line(0));
        }
    }
}
