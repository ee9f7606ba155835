//! What holds of every program, whatever it computes.

mod common;

use arc_programs::program::{Identity, InlineBudget, Program, TextForm, parse_module};
use common::programs::program_source;
use proptest::prelude::*;

fn read(source: &str) -> Program {
    let module = parse_module(source);
    assert_eq!(module.skipped, [], "{source}");
    let [program] = <[Program; 1]>::try_from(module.programs).expect("one program");
    program
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_as_the_same_program(source in program_source()) {
        let program = read(&source);
        prop_assert_eq!(&read(&program.expanded_file()), &program);
        prop_assert_eq!(&read(&program.inlined(u64::MAX).unwrap()), &program);
    }

    #[test]
    fn an_expanded_program_has_the_identity_of_the_inlined(source in program_source()) {
        let inlined = read(&source).inline(InlineBudget::DEFAULT);
        let again = read(&read(&inlined.text).expanded()).inline(InlineBudget::DEFAULT);
        prop_assert_eq!(again.identity, inlined.identity);
        prop_assert_eq!(Identity::of(&inlined.text), inlined.identity);
    }

    #[test]
    fn the_length_is_known_before_the_text(source in program_source(), slack in 0..3_u64) {
        let program = read(&source);
        let length = program.inlined_length();
        prop_assert_eq!(program.inlined(u64::MAX).unwrap().len() as u64, length);
        prop_assert!(program.inlined(length + slack).is_some());
        prop_assert!(program.inlined(length - 1 - slack).is_none());
    }

    #[test]
    fn raw_source_keeps_its_identity_when_it_is_read_again(source in program_source()) {
        let budget = InlineBudget { maximum_bytes: 0 };
        let program = read(&source);
        let raw = program.inline(budget);
        prop_assert_eq!(raw.form, TextForm::Raw);
        prop_assert_eq!(read(&program.expanded_file()).inline(budget), raw);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z(),=\n :#'\"\\\\-]{0,60}|\\PC{0,40}") {
        parse_module(&text);
        parse_module(&format!("def solve(S, I, C):\n    {text}\n"));
    }
}

#[test]
fn names_that_are_never_assigned_stay_so_when_expanded() {
    let program = read("def solve(S, I, C):\n    y = f(x1, O)\n    return g(y, x3)\n");
    let expanded = program.expanded();
    assert!(
        expanded.contains("x4 = f(x1, O)\n    x2 = g(x4, x3)\n    return x2"),
        "{expanded}"
    );
    assert_eq!(read(&expanded), program);
}

/// `x1 = f(I, I)`, `x2 = f(x1, x1)`, …: each line doubles what it stands for.
fn doubling(lines: usize) -> String {
    let mut source = "def solve(S, I, C):\n    x0 = add(I, I)\n".to_owned();
    for line in 1..lines {
        source += &format!("    x{line} = add(x{0}, x{0})\n", line - 1);
    }
    source + &format!("    return x{}\n", lines - 1)
}

#[test]
fn a_program_that_stands_for_more_than_the_machine_holds_is_kept_raw() {
    for lines in [60, 63, 70, 10_000] {
        let program = read(&doubling(lines));
        assert!(program.inlined_length() > 1 << 60);
        let inlined = program.inline(InlineBudget::DEFAULT);
        assert_eq!(inlined.form, TextForm::Raw);
        assert!(inlined.text.len() < 40 * lines);
    }
    // Just within the default of 4 MiB: 2^17 names and what is between them.
    let inlined = read(&doubling(17)).inline(InlineBudget::DEFAULT);
    assert_eq!(inlined.form, TextForm::Inlined);
    assert!(inlined.text.len() > 1 << 20);
}

#[test]
fn depth_is_no_limit() {
    let mut chain = "def solve(S, I, C):\n    x0 = f(I)\n".to_owned();
    for line in 1..100_000 {
        chain += &format!("    x{line} = f(x{})\n", line - 1);
    }
    let program = read(&format!("{chain}    return x99999\n"));
    let inlined = program.inline(InlineBudget::DEFAULT);
    assert_eq!(inlined.form, TextForm::Inlined);
    assert_eq!(
        read(&inlined.text),
        program,
        "100 000 brackets, one in another"
    );
}
