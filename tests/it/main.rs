//! Everything that is tested from outside, in one binary: the rules of the house, files, the command line.

mod bad_input;
mod cli;
#[cfg(feature = "aws")]
mod cloud;
mod crash;
mod estimate;
mod files;
mod folder;
#[path = "../fuzz/mod.rs"]
mod fuzz;
mod golden;
#[cfg(feature = "aws")]
mod insights;
#[cfg(feature = "aws")]
mod measured;
mod new_kind;
mod night;
mod observe;
#[cfg(feature = "aws")]
mod platform;
mod price_rows;
mod prices;
mod readme;
mod recording;
mod render;
mod server;
#[cfg(feature = "aws")]
mod tail;
mod tidy;
#[cfg(feature = "aws")]
mod traces;
#[cfg(feature = "aws")]
mod trial;
mod usage;
