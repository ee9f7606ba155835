//! The examples run.

#[path = "../examples/card.rs"]
mod card;
#[path = "../examples/inline.rs"]
mod inline;

#[test]
fn a_card_is_merged_and_scored() {
    card::main().unwrap();
}

#[test]
fn a_program_is_inlined() {
    inline::main().unwrap();
}
