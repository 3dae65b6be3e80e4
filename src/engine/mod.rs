//! What touches the world on behalf of the window and the command line: files today, jobs and subscriptions on a thread.
//!
//! Must not know windows or commands.

pub mod files;
