//! How wide texts are, from the metrics of the embedded faces: cutting with an ellipsis and breaking into lines.
//!
//! Must not know where the texts stand.

use std::sync::LazyLock;

use ttf_parser::Face as Metrics;

/// The embedded faces: file name and bytes. Canvas, SVG and PNG draw with the same.
pub const FONTS: [(Face, &str, &[u8]); 4] = [
    (Face::Regular, "Inter-Regular.otf", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
    (Face::Medium, "Inter-Medium.otf", include_bytes!("../../assets/fonts/Inter-Medium.otf")),
    (Face::SemiBold, "Inter-SemiBold.otf", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    (Face::Mono, "JetBrainsMonoNL-Regular.ttf", include_bytes!("../../assets/fonts/JetBrainsMonoNL-Regular.ttf")),
];

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// Inter 400.
    Regular,
    /// Inter 500.
    Medium,
    /// Inter 600.
    SemiBold,
    /// `JetBrains` Mono NL 400.
    Mono,
}

/// Advance widths of the characters that diagrams mostly use, in em, by face; the rest is looked up.
struct Widths {
    latin: [f32; 0x250],
    metrics: Option<Metrics<'static>>,
    wide: f32,
}

static WIDTHS: LazyLock<[Widths; 4]> = LazyLock::new(|| FONTS.map(|(_, _, bytes)| Widths::of(bytes)));

impl Widths {
    fn of(bytes: &'static [u8]) -> Self {
        let metrics = Metrics::parse(bytes, 0).ok();
        let mut widths = Self { latin: [0.0; 0x250], metrics: None, wide: 1.0 };
        for (slot, letter) in widths.latin.iter_mut().zip('\0'..) {
            *slot = metrics.as_ref().and_then(|face| advance(face, letter)).unwrap_or(widths.wide);
        }
        widths.metrics = metrics;
        widths
    }

    fn letter(&self, letter: char) -> f32 {
        let known = self.latin.get(letter as usize).copied();
        known.unwrap_or_else(|| self.metrics.as_ref().and_then(|face| advance(face, letter)).unwrap_or(self.wide))
    }
}

fn advance(face: &Metrics<'_>, letter: char) -> Option<f32> {
    let glyph = face.glyph_index(letter)?;
    Some(f32::from(face.glyph_hor_advance(glyph)?) / f32::from(face.units_per_em()))
}

/// Width of a text in pixels at `size_px`.
#[must_use]
pub fn width(text: &str, face: Face, size_px: f32) -> f32 {
    let widths = &WIDTHS[face as usize];
    text.chars().map(|letter| widths.letter(letter)).sum::<f32>() * size_px
}

/// The part of a shortened name's room that its end takes.
const TAIL: f32 = 0.4;
/// A name has no more letters than this; what is longer is a line of a log.
const LONGEST_NAME: usize = 160;

/// The text, shortened with an ellipsis where it would be wider than `max_px`: a sentence at its end, a name in its middle, because
/// names that stand together often begin alike.
#[must_use]
pub fn fitted(text: &str, face: Face, size_px: f32, max_px: f32) -> std::borrow::Cow<'_, str> {
    if width(text, face, size_px) <= max_px {
        return text.into();
    }
    let widths = &WIDTHS[face as usize];
    let room = max_px / size_px - widths.letter('…');
    let tail = if is_name(text) { within(text.chars().rev(), room * TAIL, widths) } else { String::new() };
    let tail: String = tail.chars().rev().collect();
    let taken: f32 = tail.chars().map(|letter| widths.letter(letter)).sum();
    let head = within(text.chars(), room - taken, widths);
    format!("{}…{tail}", head.trim_end()).into()
}

/// As many letters as there is room for, in ems.
fn within(letters: impl Iterator<Item = char>, mut room: f32, widths: &Widths) -> String {
    let fits = |letter: &char| {
        room -= widths.letter(*letter);
        room >= 0.0
    };
    letters.take_while(fits).collect()
}

fn is_name(text: &str) -> bool {
    let belongs = |letter: char| letter.is_alphanumeric() || "-_./:$@".contains(letter);
    text.len() <= LONGEST_NAME && text.chars().all(belongs)
}

/// The text broken into lines of at most `max_px`; words that are wider are cut between letters.
#[must_use]
pub fn wrapped(text: &str, face: Face, size_px: f32, max_px: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width(&longer, face, size_px) <= max_px {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = chopped(word, face, size_px, max_px, &mut lines);
        }
        lines.push(line);
    }
    lines
}

/// Pushes full lines of a word that is too wide and returns what is left of it.
fn chopped(word: &str, face: Face, size_px: f32, max_px: f32, lines: &mut Vec<String>) -> String {
    let mut line = String::new();
    for letter in word.chars() {
        line.push(letter);
        if width(&line, face, size_px) > max_px && line.chars().count() > 1 {
            line.pop();
            lines.push(std::mem::replace(&mut line, letter.to_string()));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_tabular() {
        let one = width("1", Face::Regular, 100.0);
        assert!("0123456789".chars().all(|digit| (width(&digit.to_string(), Face::Regular, 100.0) - one).abs() < 0.01));
    }

    #[test]
    fn names_are_shortened_in_their_middle_and_sentences_at_their_end() {
        let check = |text: &str, max: f32, expected: &str| {
            assert_eq!(fitted(text, Face::Regular, 12.0, max), expected);
        };
        check("CartTable", 200.0, "CartTable");
        check("CartServiceRequestHandlerTable", 90.0, "CartSer…Table");
        check("no answer from courier.example", 90.0, "no answer fro…");
        check("abc", 0.0, "…");
    }

    #[test]
    fn texts_are_cut_and_broken_within_their_width() {
        let long = "A very long name that nobody would give to a function but somebody will 😀 ДжЯ";
        for limit in [40.0, 90.0, 134.0, 400.0] {
            assert!(width(&fitted(long, Face::SemiBold, 13.0, limit), Face::SemiBold, 13.0) <= limit);
            for line in wrapped(long, Face::Regular, 12.0, limit) {
                assert!(width(&line, Face::Regular, 12.0) <= limit, "{line}");
            }
        }
        assert_eq!(fitted("short", Face::Regular, 13.0, 100.0), "short");
        assert_eq!(wrapped("one two", Face::Regular, 12.0, 30.0), ["one", "two"]);
        assert_eq!(wrapped("a\nb", Face::Regular, 12.0, 300.0), ["a", "b"]);
    }
}
