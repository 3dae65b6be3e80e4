//! Everything that is tested from outside, in one binary: the rules of the house, files, the command line.

mod bad_input;
mod cli;
mod crash;
mod estimate;
mod files;
mod folder;
#[path = "../fuzz/mod.rs"]
mod fuzz;
mod golden;
mod new_kind;
mod observe;
mod price_rows;
mod prices;
mod readme;
mod recording;
mod render;
mod server;
mod tidy;
mod usage;
