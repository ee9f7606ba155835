//! Damaged cards in JSON.

use super::common::{Workplace, fixture};
use super::{complaint, complaint_in, read};

/// A card of these fields.
fn json(calls: &str, differs: &str, solvers: &str) -> String {
    format!(
        "{{\"version\": 1, \"seed\": 7, \"calls\": [{calls}],\n\"differs\": [{differs}],\n\"solvers\": [{solvers}]}}\n"
    )
}

#[test]
fn a_damaged_card_in_json_is_described() {
    let sound = std::fs::read_to_string(fixture("cards/small.json")).unwrap();
    let with_call = |call: &str| json(&format!("[\"rot90\", \"I\"],\n {call}"), "", "");
    let with_argument = |text: &str| with_call(&format!("[\"f\", {text}]"));
    let with_entries = |differ: &str, solver: &str| json("[\"rot90\", \"I\"]", differ, solver);
    let cases = [
        (
            sound.replace("\"version\": 1", "\"version\": 3"),
            "line 1, column 13: found version 3, expected version 1 or 2; \
             read this card with the run_batt that wrote it, or generate it again",
        ),
        (
            sound.replace("\"version\": 1", "\"version\": 2"),
            "line 1, column 1: found a card without the field `dialect`, \
             expected \"dialect\": \"reference\" or \"arc-dsl\"",
        ),
        (
            sound.replace("\"version\": 1", "\"version\": 2, \"dialect\": \"other\""),
            "line 1, column 27: found `\"other\"`, expected a dialect, \"reference\" or \"arc-dsl\"; \
             a later run_batt may have others",
        ),
        (
            sound.replace("\"version\": 1, ", ""),
            "line 1, column 1: found a card without the field `version`, expected \"version\": 1",
        ),
        (
            sound.replace("\"seed\": null", "\"seed\": -1"),
            "line 1, column 24: found `-1`, expected null or an integer from 0 on, of at most 64 bits",
        ),
        (
            "{\"version\": 1, \"seed\": 7, \"differs\": [], \"solvers\": []}".to_owned(),
            "line 1, column 1: found a card without the field `calls`, \
             expected \"calls\": [[\"callee\", \"argument\", …], …]",
        ),
        (
            sound[..sound.len() / 2].to_owned(),
            "line 15, column 10: found the end of the file inside a list, \
             expected the rest of the card; the file is cut off, so generate it again",
        ),
        (
            "[1, 7]".to_owned(),
            "line 1, column 1: found `[1, 7]`, expected {\"version\": 1, \"seed\": 7, \
             \"calls\": […], \"differs\": […], \"solvers\": […]}",
        ),
        (
            "\n\n {\"version\": 1,, }".to_owned(),
            "line 3, column 16: found broken JSON (key must be a string), expected {\"version\": 1, \
             \"seed\": 7, \"calls\": […], \"differs\": […], \"solvers\": […]}",
        ),
        (
            with_argument("\"t2\""),
            "line 2, column 8: in t2: found `t2`, expected an earlier call: t1",
        ),
        (
            with_argument("\"t3\""),
            "line 2, column 8: in t2: found `t3`, expected an earlier call: t1",
        ),
        (
            with_argument("\"t0\""),
            "line 2, column 8: in t2: found `t0`, expected an earlier call: t1",
        ),
        (
            with_argument("\"t01\""),
            "line 2, column 8: in t2: found `t01`, expected an earlier call: t1",
        ),
        (
            with_argument("\"t99999999999999999999\""),
            "line 2, column 8: in t2: found `t99999999999999999999`, \
             expected an earlier call: t1",
        ),
        (
            json("[\"t1\"]", "", ""),
            "line 1, column 38: in t1: found `t1`, expected no call, for none comes before this",
        ),
        (
            with_argument("\"1.5\""),
            "line 2, column 8: in t2: found `1.5`, expected a name, a call `tN`, an integer, \
             `True`, `False` or a tuple of literals",
        ),
        (
            with_argument("\"\""),
            "line 2, column 8: in t2: found the end of the text, expected a name, a call `tN`, \
             an integer, `True`, `False` or a tuple of literals",
        ),
        (
            with_argument("\"(1, I)\""),
            "line 2, column 8: in t2: found `I` in a tuple, expected a tuple of literals",
        ),
        (
            with_argument("\"(1, 2\""),
            "line 2, column 8: in t2: found the end of the text, expected `,` or `)`",
        ),
        (
            with_argument("\"9223372036854775808\""),
            "line 2, column 8: in t2: found `9223372036854775808`, \
             expected an integer of at most 64 bits",
        ),
        (
            with_argument("\"None\""),
            "line 2, column 8: in t2: found the Python keyword `None`, \
             expected a name, a call `tN` or a literal",
        ),
        (
            with_argument("\"g(I)\""),
            "line 2, column 8: in t2: found `g(I)`, expected one term: a name, a call `tN`, \
             an integer, `True`, `False` or a tuple of literals",
        ),
        (
            with_argument("\"I # the input\""),
            "line 2, column 8: in t2: found `I # the input`, expected one term: a name, \
             a call `tN`, an integer, `True`, `False` or a tuple of literals",
        ),
        (
            with_argument("\"a=1\", \"2\""),
            "line 2, column 15: in t2: found `2`, expected only keyword arguments after a keyword",
        ),
        (
            with_argument("\"a=1\", \"a=2\""),
            "line 2, column 15: in t2: found `a`, expected each keyword once",
        ),
        (
            with_argument("7"),
            "line 2, column 8: in t2: found `7`, \
             expected a text, such as \"t1\", \"I\", \"(1, -1)\" or \"key=True\"",
        ),
        (
            with_call("[\"7\"]"),
            "line 2, column 3: in t2: found `7`, expected a name or an earlier call to be called",
        ),
        (
            with_call("[\"True\"]"),
            "line 2, column 3: in t2: found `True`, \
             expected a name or an earlier call to be called",
        ),
        (
            with_call("[]"),
            "line 2, column 2: in t2: found `[]`, expected [\"callee\", \"argument\", …]",
        ),
        (
            with_entries(
                "{\"call\": 2, \"solver\": null, \"name\": \"differ_a\"}",
                "",
            ),
            "line 2, column 13: found a differ on the call t2, expected an earlier call: t1",
        ),
        (
            with_entries("{\"call\": 1, \"solver\": 3, \"name\": \"differ_a\"}", ""),
            "line 2, column 13: found a differ of the solver t3, expected an earlier call: t1",
        ),
        (
            with_entries("{\"call\": 1, \"solver\": 1, \"name\": \"differ_a\"}", ""),
            "line 2, column 13: found a differ of the solver t1, \
             expected a call that has an entry in `solvers`",
        ),
        (
            with_entries("{\"call\": 1, \"name\": \"differ_a\"}", ""),
            "line 2, column 43: found another shape (missing field `solver`), \
             expected {\"call\": 8, \"solver\": 5 or null, \"name\": \"differ_…\"}",
        ),
        (
            with_entries(
                "",
                "{\"call\": 0, \"task\": \"0520fde7\", \"mutated\": false}",
            ),
            "line 3, column 13: found a solver on the call t0, expected an earlier call: t1",
        ),
        (
            with_entries(
                "",
                "{\"call\": 1, \"task\": \"../0520fde7\", \"mutated\": false}",
            ),
            "line 3, column 13: found the task `../0520fde7`, \
             expected a task's name, such as 0520fde7",
        ),
        (
            with_entries("", "{\"call\": 1, \"task\": \"0520fde7\"}"),
            "line 3, column 43: found another shape (missing field `mutated`), \
             expected {\"call\": 5, \"task\": \"0520fde7\", \"mutated\": false}",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            complaint("card.json", &text),
            format!("card.json: {expected}")
        );
    }
}

#[test]
fn deep_tuples_are_read_up_to_a_depth() {
    let nested = |depth| format!("\"{}{}\"", "(".repeat(depth), ")".repeat(depth));
    let card = |depth| json(&format!("[\"f\", {}]", nested(depth)), "", "");
    assert!(read("card.json", &card(200)).is_ok());
    assert_eq!(
        complaint("card.json", &card(100_000)),
        "card.json: line 1, column 43: in t1: found `(`, expected tuples nested at most 200 deep"
    );
}

#[test]
fn a_card_in_json_that_is_cut_off_is_no_card() {
    let sound = std::fs::read_to_string(fixture("cards/small.json")).unwrap();
    let sound = sound.trim_end();
    let workplace = Workplace::new();
    for length in 0..sound.len() {
        let message = complaint_in(&workplace, "card.json", &sound[..length]);
        assert!(
            message.contains("found the end of the file inside "),
            "{message}"
        );
        assert!(message.contains("generate it again"), "{message}");
    }
}

#[test]
fn an_unknown_name_is_found_when_the_card_is_planned() {
    let card = read(
        "card.json",
        &json("[\"rot90\", \"I\"],\n[\"rot91\", \"t1\"]", "", ""),
    )
    .unwrap();
    let message = card.plan().unwrap_err().to_string();
    let expected = "line 2, column 1: in t2: found the name `rot91`, \
                    which is neither primitive nor constant; did you mean rot90?";
    assert!(message.ends_with(expected), "{message}");
}
