//! `stratoscope policy`: the permissions that live views need, as a policy that an administrator can attach.
//!
//! Must not know how an account is read.

use super::console::{Console, Stop};
use crate::telemetry::policy::document;

pub(super) fn run(console: &mut Console) -> Result<(), Stop> {
    console.print(&(document() + "\n"))
}
