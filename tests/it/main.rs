//! Everything that is tested from outside, in one binary: the rules of the house, files, the command line.

mod bad_input;
mod cli;
mod crash;
mod estimate;
mod files;
mod folder;
mod golden;
mod new_kind;
mod prices;
mod readme;
mod render;
mod server;
mod tidy;
