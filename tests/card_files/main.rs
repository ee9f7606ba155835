//! The file forms of a card, and what is said of a damaged file.

#[path = "../common/mod.rs"]
mod common;
mod in_json;
mod modules;

use std::fmt::Write;

use arc_programs::card::{Card, CardBuilder};
use arc_programs::task::TaskName;
use common::{Workplace, fixture};
use run_batt::card_file::read_card;

fn task(text: &str) -> TaskName {
    text.parse().expect("a task's ID")
}

/// All calls as Python writes them.
fn calls(card: &Card) -> Vec<String> {
    card.calls().map(|(_, call)| call.to_string()).collect()
}

/// The card of a file of this name and text.
fn read(name: &str, text: &str) -> Result<Card, String> {
    read_in(&Workplace::new(), name, text)
}

/// The same where many are read.
fn read_in(workplace: &Workplace, name: &str, text: &str) -> Result<Card, String> {
    let path = workplace.write(name, text);
    let shown = path.display().to_string();
    read_card(&path).map_err(|error| error.to_string().replace(&shown, name))
}

/// What is said of a damaged file of this name and text.
fn complaint(name: &str, text: &str) -> String {
    complaint_in(&Workplace::new(), name, text)
}

fn complaint_in(workplace: &Workplace, name: &str, text: &str) -> String {
    match read_in(workplace, name, text) {
        Ok(_) => panic!("this was read:\n{text}"),
        Err(message) => message,
    }
}

#[test]
fn both_forms_of_a_card_are_the_same_card() {
    let json = read_card(&fixture("cards/small.json")).unwrap();
    let module = read_card(&fixture("cards/small_run.py")).unwrap();
    assert_eq!(module, json);
    let text = std::fs::read_to_string(fixture("cards/small.json")).unwrap();
    assert_eq!(module.to_json(), text);
    assert_eq!(module.plan().unwrap().calls(), 17);
    let call = module.solvers()[1].call;
    let place = |card: &Card| card.position(call).unwrap().to_string();
    assert_eq!(place(&module), "line 61, column 9");
    assert_eq!(place(&json), "line 14, column 1");
    assert_eq!(json.file_name(), fixture("cards/small.json").to_str());
}

#[test]
fn the_form_is_known_by_name_or_by_its_first_character() {
    let json = std::fs::read_to_string(fixture("cards/small.json")).unwrap();
    let module = std::fs::read_to_string(fixture("cards/small_run.py")).unwrap();
    assert_eq!(read("card", &json), read("card.json", &json));
    assert_eq!(read("card", &module), read("card.py", &module));
}

#[test]
fn unknown_fields_and_any_spacing_are_read() {
    let text = r#"
        {"solvers": [{"mutated": true, "age": {"days": 3}, "task": "0520fde7", "call": 1}],
         "differs": [], "calls": [["rot90", " grid = I "], ["f", "(  1,( -2 , ), )", "((3))"]],
         "mutations": [{"call": 1}], "version": 1}"#;
    let card = read("card.json", text).unwrap();
    assert_eq!(calls(&card), ["rot90(grid=I)", "f((1, (-2,)), 3)"]);
    assert_eq!((card.seed(), card.solvers().len()), (None, 1));
}

#[test]
fn a_long_chain_of_calls_is_like_any_other_card() {
    let count = 100_000;
    let mut module = "def batt(task_id, S, I, C, log_path):\n    t1 = rot90(I)\n".to_owned();
    for number in 2..=count {
        let _ = writeln!(module, "    t{number} = rot90(t{})", number - 1);
    }
    let _ = writeln!(
        module,
        "    o.append(({count}, False, '0520fde7', t{count}))"
    );
    module.push_str("    return o, s\n");
    let card = read("card.py", &module).unwrap();
    assert_eq!(card.len(), count);
    assert_eq!(read("card.json", &card.to_json()).unwrap(), card);
    assert_eq!(card.plan().unwrap().calls(), count);
    let output = card.solvers()[0].call;
    assert_eq!(card.dependencies(output).len(), count);
    let solver = card.program_of(output, "solve");
    let mut builder = CardBuilder::new();
    builder
        .add_solver(task("0520fde7"), &solver, false)
        .unwrap();
    assert_eq!(builder.finish(), card);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let workplace = Workplace::new();
    let path = workplace.path("absent.json");
    let message = read_card(&path).unwrap_err().to_string();
    let expected = format!("{}: cannot be read: ", path.display());
    assert!(message.starts_with(&expected), "{message}");
}
