//! Everything that is tested from outside, in one binary: the rules of the house, files, the command line.

mod bad_input;
mod files;
mod folder;
mod golden;
mod render;
mod tidy;
