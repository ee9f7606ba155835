//! The `run_batt` command.
fn main() {}
