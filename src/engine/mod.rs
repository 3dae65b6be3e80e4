//! The background: files and long work, away from the window.
//!
//! Must not know windows.

pub mod protocol;
