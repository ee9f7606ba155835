//! Inlines a solver, names it by the MD5 of that, and expands it again.
//!
//! ```sh
//! cargo run -p arc_programs --example inline
//! ```
#![allow(clippy::print_stdout, reason = "an example has a terminal")]

use std::error::Error;

use arc_programs::program::{InlineBudget, parse_module};

const SOURCE: &str = "\
def solve_67385a82(S, I, C):
    x1 = replace(I, BLACK, GREEN)
    x2 = rot90(x1)
    return vconcat(x2, x2)
";

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let module = parse_module(SOURCE);
    if let Some(error) = module.skipped.into_iter().next() {
        return Err(error.into());
    }
    for program in &module.programs {
        let inlined = program.inline(InlineBudget::DEFAULT);
        println!("{}\n", inlined.text);
        println!("its identity, the name of its file: {}\n", inlined.identity);
        println!("{}", program.expanded_file());
    }
    Ok(())
}
