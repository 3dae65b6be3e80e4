//! What trying an account tells: as whom it is read, and which permissions are there.
//!
//! Must not know how an account is asked.

use std::collections::BTreeMap;

/// As whom an account is read. No secret is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// Where the credentials come from, in words: "profile ops".
    pub from: String,
    /// The region.
    pub region: String,
    /// The account's number, where something tells it.
    pub account: Option<String>,
    /// Another address than the vendor's.
    pub endpoint: Option<String>,
    /// The role that is assumed, as the profile or the environment names it.
    pub role: Option<String>,
}

/// What came of trying a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there.
    Allowed,
    /// It is missing; what the service says.
    Missing(String),
    /// Nobody answered: at which host, and why.
    Unreachable(String, String),
    /// It could not be tried: why.
    Untried(String),
}

/// What is known so far of an account that is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// As whom it is read; `None` until credentials are found.
    pub reader: Option<Reader>,
    /// What came of each permission that was tried.
    pub answers: BTreeMap<&'static str, Answer>,
    /// Whether all were tried.
    pub is_over: bool,
    /// Why nothing can be tried.
    pub trouble: Option<String>,
}

impl Tried {
    /// The permissions that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let is_missing = |answer: &Answer| matches!(answer, Answer::Missing(_));
        self.answers.iter().filter(move |(_, answer)| is_missing(answer)).map(|(permission, _)| *permission)
    }
}
