//! What is wrong with a diagram that is about to be deployed, in words for people.
//!
//! Must not know what found it.

use crate::catalog::names::named;

named! {
    /// How bad a problem is.
    pub enum Severity {
        /// The deployment fails or does not do what was drawn.
        Error = "error",
        /// It deploys, and will surprise somebody.
        Warning = "warning",
        /// Worth knowing.
        Note = "note",
    }
}

named! {
    /// What is wrong, for machines.
    pub enum Code {
        /// A setting without which a deployment fails is empty.
        MissingSetting = "missing-setting",
        /// A setting has a value that it cannot have.
        InvalidSetting = "invalid-setting",
        /// A node's kind is not in the catalogue.
        UnknownKind = "unknown-kind",
        /// An arrow that changes nothing.
        IdleArrow = "idle-arrow",
        /// An arrow that no mechanism fits.
        ImpossibleArrow = "impossible-arrow",
        /// An arrow contradicts another.
        ConflictingArrow = "conflicting-arrow",
        /// A workflow calls nothing.
        IdleWorkflow = "idle-workflow",
        /// A placeholder names no node.
        UnknownPlaceholder = "unknown-placeholder",
        /// A queue gives a message out again while it is still worked on.
        VisibilityTimeout = "visibility-timeout",
        /// Resources refer to each other in a circle.
        CircularReference = "circular-reference",
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, for machines.
    pub code: Code,
    /// What is wrong and what to do, in a sentence or two.
    pub message: String,
    /// Name of the node that it is about.
    pub subject: String,
}
