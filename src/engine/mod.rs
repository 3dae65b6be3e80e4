//! The background: files and long work, away from the window and for the command line alike.
//!
//! Must not know windows or commands.

mod bill;
pub mod deploy;
pub mod files;
pub mod protocol;
mod home;
pub mod journal;
pub mod kept;
mod observe;
mod picture;
mod recording;
pub mod prices;
pub mod window;
pub mod zone;
pub mod background;

pub use background::Engine;
#[cfg(feature = "aws")]
pub(crate) use observe::account::design;
