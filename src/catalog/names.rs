//! Closed sets that are written by name in data files: one list gives the enum, its names and its reader.
//!
//! Must not know what the names are used for.

/// An enum whose variants have a fixed spelling in files, on the command line and in JSON.
pub trait Named: Copy + Sized + 'static {
    /// Every variant with its spelling, in reading order.
    const ALL: &'static [(&'static str, Self)];

    /// The variant that is spelled `name`.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The spelling of this variant.
    fn name(self) -> &'static str;
}

/// Declares an enum with a spelling for each variant; see [`Named`].
macro_rules! named {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $crate::catalog::names::Named for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($text, Self::$variant),)+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::catalog::names::Named::name(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::catalog::names::Named::name(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                $crate::catalog::names::Named::from_name(&text)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&text, &[$($text),+]))
            }
        }
    };
}
pub(crate) use named;

/// The spelling in `known` that is nearest to `wrong`, when it is near enough to be a slip ("did you mean").
#[must_use]
pub fn nearest<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = (wrong.chars().count() / 3).max(2);
    let scored = known.into_iter().map(|name| (edit_distance(wrong, name), name));
    scored.filter(|(distance, _)| *distance <= limit).min().map(|(_, name)| name)
}

/// Levenshtein distance over characters, ignoring case.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let known = ["aws.lambda_function", "aws.sqs_queue", "memory_mb"];
        assert_eq!(nearest("aws.lamda_function", known), Some("aws.lambda_function"));
        assert_eq!(nearest("Memory_MB", known), Some("memory_mb"));
        assert_eq!(nearest("zebra", known), None);
    }
}
