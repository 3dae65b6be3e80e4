//! What is printed is what a reader gets: every scalar is read back by the rules of YAML 1.1 and 1.2.

use proptest::prelude::*;

use super::*;

/// The text that a reader gets from a scalar on one line; `None` when it would not be that text.
fn read(printed: &str) -> Option<String> {
    if let Some(inner) = printed.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return (!inner.replace("''", "").contains('\'')).then(|| inner.replace("''", "'"));
    }
    if printed.starts_with('"') {
        return long_escapes(printed);
    }
    reads_as_text(printed).then(|| printed.to_owned())
}

/// A text in double quotes; its escapes are those of JSON, and a longer one beside them.
fn long_escapes(printed: &str) -> Option<String> {
    let (mut json, mut rest) = (String::new(), printed);
    while let Some(at) = rest.find('\\') {
        json.push_str(&rest[..at]);
        // What is escaped is passed over with its backslash: in `\\U` the first one escapes the second.
        let (escaped, after) = rest[at..].split_at_checked(2)?;
        if escaped == "\\U" {
            let (digits, after) = after.split_at_checked(8)?;
            json.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
            rest = after;
        } else {
            json.push_str(escaped);
            rest = after;
        }
    }
    json.push_str(rest);
    serde_json::from_str(&json).ok()
}

/// Whether plain letters on a line are text for every reader: no indicator in front, no comment, no key, no other type.
fn reads_as_text(plain: &str) -> bool {
    let first = plain.chars().next();
    let indicator =
        first.is_none_or(|c| "-?:,[]{}#&*!|>'\"%@`~.+".contains(c) || c.is_whitespace() || c.is_ascii_digit());
    let cut = plain.contains(": ") || plain.contains(" #") || plain.ends_with(':') || plain.ends_with(' ');
    let other = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"].contains(&plain.to_lowercase().as_str());
    !indicator && !cut && !other && plain.chars().all(|c| !c.is_control())
}

fn check(text: &str) {
    for inside in [false, true] {
        let printed = printed(text, inside);
        assert_eq!(read(&printed).as_deref(), Some(text), "printed as {printed}");
        assert!(!printed.contains(['\n', '\r']), "a scalar stays on its line: {printed}");
        let is_quoted = printed.starts_with(['\'', '"']);
        assert!(!inside || is_quoted || !printed.contains([',', '[', ']', '{', '}']), "brackets end it: {printed}");
    }
}

/// Texts that a reader would take for something else without quotes.
const LURES: &[&str] = &[
    "",
    " ",
    " a",
    "a ",
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "true",
    "FALSE",
    "null",
    "Null",
    "~",
    "1",
    "-1",
    "1.0",
    "1e3",
    "0x1f",
    "0o17",
    "017",
    "1_000",
    "12:30",
    "12:30:45",
    "2012-10-17",
    "2010-09-09T00:00:00Z",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "+1",
    "<<",
    "=",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "- a",
    "-",
    "--- a",
    "...",
    "? a",
    "&a",
    "*a",
    "!a",
    "!Ref a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "'",
    "''",
    "\"",
    "\\",
    "a\\nb",
    "a\nb",
    "a\r\nb",
    "\ta",
    "a\tb",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "😀",
    "[a]",
    "{a}",
    "a, b",
    "a]",
    "${a}",
    "$",
    "arn:aws:s3:::x/*",
    "AWS::S3::Bucket",
    "s3:ObjectCreated:*",
    "a  b",
];

fn printed(text: &str, inside: bool) -> String {
    let mut out = String::new();
    scalar(&mut out, text, inside);
    out
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    LURES.iter().for_each(|text| check(text));
}

#[test]
fn plain_words_need_no_quotes() {
    for text in [
        "AWS::S3::Bucket",
        "s3:ObjectCreated:*",
        "/uploads/{id}",
        "${AWS::StackName}-x",
        "app.handler",
        "A sentence, plain.",
    ] {
        assert_eq!(printed(text, false), text);
    }
}

/// How many texts the property below tries.
const TRIED: u32 = 4096;

proptest! {
    #![proptest_config(ProptestConfig { cases: TRIED, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_back(text in prop_oneof![any::<String>(), "[ a-c0-9.:#'\"{}\\[\\],&*!|>%@`~+=?\n\t-]{0,12}"]) {
        check(&text);
    }
}

#[test]
fn a_backslash_beside_an_escape_is_read_back() {
    ["\u{2028}\\U", "\u{2028}\\\\U", "\u{10ffff}\\U0001f600", "\u{7}\\u0041"].into_iter().for_each(check);
}

#[test]
fn conditions_choose_between_values() {
    let choice = |then| Expression::choice("Has", then, Expression::Ref("AWS::NoValue".to_owned()));
    let root = Map::new()
        .with("One", Expression::Given(vec!["A".to_owned()]))
        .with("Two", Expression::Given(vec!["A".to_owned(), "B".to_owned()]))
        .with("Text", choice("yes".into()))
        .with("Map", choice(Map::new().with("a", 1).with("b", "c, d").into()))
        .with("Inside", vec![choice(vec!["x".into()].into())]);
    let expected = "One: !Not [!Equals [!Ref A, '']]\n\
                    Two: !And [!Not [!Equals [!Ref A, '']], !Not [!Equals [!Ref B, '']]]\n\
                    Text: !If\n  - Has\n  - 'yes'\n  - !Ref AWS::NoValue\n\
                    Map: !If\n  - Has\n  - a: 1\n    b: c, d\n  - !Ref AWS::NoValue\n\
                    Inside:\n  - !If\n    - Has\n    -\n      - x\n    - !Ref AWS::NoValue\n";
    assert_eq!(document(&root), expected);
}

#[test]
fn blocks_nest_and_short_tags_stay_on_their_line() {
    let name = Expression::Part {
        index: 2,
        separator: "/".to_owned(),
        of: Box::new(Expression::Ref("AWS::StackId".to_owned())),
    };
    let join = Expression::Join("-".to_owned(), vec!["docs".into(), name]);
    let nested = vec![
        Expression::from(vec![Expression::from("a"), Expression::from("b")]),
        Map::new().with("K", 1).with("L", true).into(),
    ];
    let root = Map::new()
        .with("Empty", Map::new())
        .with("None", Vec::<Expression>::new())
        .with("List", nested)
        .with("Name", join.clone())
        .with("Arn", Expression::Sub("arn:${Name}/*".to_owned(), Map::new().with("Name", join)))
        .with("Att", Expression::Attribute("Docs".to_owned(), "Arn".to_owned()))
        .with("Big", Expression::Decimal("1e400".to_owned()));
    let expected = "\
Empty: {}
None: []
List:
  -
    - a
    - b
  - K: 1
    L: true
Name: !Join ['-', [docs, !Select [2, !Split [/, !Ref AWS::StackId]]]]
Arn: !Sub
  - arn:${Name}/*
  - Name: !Join ['-', [docs, !Select [2, !Split [/, !Ref AWS::StackId]]]]
Att: !GetAtt Docs.Arn
Big: 1.0e+400
";
    let printed = document(&root);
    assert_eq!(printed.replace("\n\n", "\n"), expected);
}
