//! The program: parses the arguments and runs a command or the window.

fn main() {}
