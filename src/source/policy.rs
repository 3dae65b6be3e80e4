//! What a live view may do in an account: the least that it needs, and nothing that changes anything.
//!
//! Must not know how it is asked for.

/// Permissions, and what each is for.
pub const READS: &[(&str, &str)] = &[
    ("cloudformation:ListStackResources", "find what a stack has, and the stacks in it"),
    ("logs:DescribeLogGroups", "look log groups up"),
    ("logs:FilterLogEvents", "read every stored event"),
    ("logs:StartLiveTail", "show events at once"),
];
