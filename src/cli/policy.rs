//! `stratoscope policy`: the permissions that live views need, as a policy that an administrator can attach.
//!
//! Must not know how an account is read.

use serde_json::json;

use super::console::{Console, Stop};
use crate::source::policy::READS;

pub(super) fn run(console: &mut Console) -> Result<(), Stop> {
    let actions: Vec<&str> = READS.iter().map(|(action, _)| *action).collect();
    // None of these can be narrowed before it is known which stack is looked at; all of them only read.
    console.json(&json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "StratoscopeReads", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    }))
}
