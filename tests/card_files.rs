//! The file forms of a card, and what is said of a damaged file.

mod common;

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
fn a_damaged_module_is_described() {
    let sound = std::fs::read_to_string(fixture("cards/small_run.py")).unwrap();
    let cases = [
        (
            "s.append((6, 'None'",
            "s.append((18, 'None'",
            "line 34, column 15: found an entry for the call t18, \
             expected an earlier call: t1 to t6",
        ),
        (
            "'differ_shape', t6))",
            "'differ_shape', t5))",
            "line 34, column 42: found `t5`, expected `t6`, the call of the entry's number",
        ),
        (
            "s.append((11, '3c9b0459'",
            "s.append((11, '0520fde7'",
            "line 56, column 19: found a differ of the task 0520fde7, which has no solver yet, \
             expected the solver's `o.append(…)` before its differs",
        ),
        (
            "s.append((11, '3c9b0459'",
            "s.append((11, '.rot'",
            "line 56, column 19: found the task `.rot`, expected `None` or \
             a task's name, such as 0520fde7",
        ),
        (
            "o.append((7, False, '3c9b0459'",
            "o.append((7, False, '_3c9b'",
            "line 39, column 25: found the task `_3c9b`, \
             expected a task's name, such as 0520fde7",
        ),
        (
            "o.append((7, False",
            "o.append((7, None",
            "line 39, column 18: found `None`, expected `True` or `False`: whether it is mutated",
        ),
        (
            "t1 = shape_t(I)",
            "t1 = shape_t(t1)",
            "line 11, column 22: in t1: found `t1`, \
             expected no call, for none comes before this",
        ),
        (
            "t3 = equality(t1, t2)",
            "t3 = equality(t1, t4)",
            "line 19, column 27: in t3: found `t4`, expected an earlier call: t1 to t2",
        ),
        (
            "t3 = equality(t1, t2)",
            "t3 = equality(t0, t2)",
            "line 19, column 23: in t3: found `t0`, expected an earlier call: t1 to t2",
        ),
        (
            "t3 = equality(t1, t2)",
            "t4 = equality(t1, t2)",
            "line 19, column 9: in t3: found `t4`, indented by 8, \
             expected `t3 = callee(…)`, calls being numbered from 1 on",
        ),
        (
            "t3 = equality(t1, t2)",
            "t3 = equality(t1, size(t2))",
            "line 19, column 31: in t3: found `(`, expected `,` or `)`",
        ),
        (
            "t3 = equality(t1, t2)",
            "t3 = equality(t1, *t2)",
            "line 19, column 27: in t3: found `*`, expected a name, a call `tN`, an integer, \
             `True`, `False` or a tuple of literals",
        ),
        (
            "t3 = _get_safe_default(equality)",
            "t3 = _get_safe_default(size)",
            "line 21, column 32: in t3: found the default of `size`, \
             expected that of what is called in the `try`",
        ),
        (
            "t3 = _get_safe_default(equality)",
            "t3 = None",
            "line 21, column 14: in t3: found `None`, expected `t3 = _get_safe_default(…)`",
        ),
        (
            "t3 = _get_safe_default(equality)",
            "t2 = _get_safe_default(equality)",
            "line 21, column 9: in t3: found `t2`, indented by 8, \
             expected `t3 = _get_safe_default(…)`",
        ),
        (
            "    s = []\n",
            "    print(S)\n",
            "line 8, column 5: found `print`, indented by 4, expected `try:`, `tN = callee(…)`, \
             `s.append(…)`, `o.append(…)` or `return o, s`",
        ),
        (
            "    s = []\n",
            "    s = [1]\n",
            "line 8, column 10: found `1`, expected `]`",
        ),
        (
            "    s = []\n",
            "    s.extend([])\n",
            "line 8, column 7: found `extend`, expected `append`",
        ),
        (
            "    # The form without defaults.\n",
            "      t12 = rot90(I)\n",
            "line 57, column 7: found `t12`, indented by 6, \
             expected the indentation of the lines before",
        ),
        (
            "from dsl import *\n",
            "import_all()\n",
            "line 3, column 1: found `import_all`, \
             expected an import or `def batt(task_id, S, I, C, log_path):`",
        ),
        (
            "def batt(task_id, S, I, C, log_path):",
            "def batt(task_id, S, I):",
            "line 7, column 23: found the parameters `task_id, S, I`, \
             expected `def batt(task_id, S, I, C, log_path):`",
        ),
        (
            "    return o, s\n",
            "    return s, o\n",
            "line 82, column 12: found `s`, expected `o`",
        ),
        (
            "    return o, s\n",
            "    return o, s\n    t18 = rot90(I)\n",
            "line 83, column 5: found `t18`, indented by 4, expected nothing after `return o, s`",
        ),
    ];
    for (replaced, replacement, expected) in cases {
        assert!(sound.contains(replaced), "{replaced}");
        let text = sound.replace(replaced, replacement);
        assert_eq!(complaint("card.py", &text), format!("card.py: {expected}"));
    }
}

#[test]
fn a_module_that_is_cut_off_is_no_card() {
    let sound = std::fs::read_to_string(fixture("cards/small_run.py")).unwrap();
    let sound = sound.trim_end();
    let workplace = Workplace::new();
    for length in 0..sound.len() {
        let text = &sound[..length];
        let message = complaint_in(&workplace, "card_run.py", text);
        let lines = text.lines().count().max(1);
        let at_end = [lines, lines + 1].map(|line| format!("card_run.py: line {line}, "));
        assert!(
            at_end.iter().any(|place| message.starts_with(place)),
            "{message}\nafter {lines} lines"
        );
    }
    assert_eq!(
        complaint("card_run.py", sound.trim_end_matches("return o, s")),
        "card_run.py: line 82, column 5: found the end of the file, \
         expected `return o, s` in the end; the file is cut off, so generate it again"
    );
    assert_eq!(
        read("card_run.py", sound),
        read("card_run.py", &format!("{sound}\n"))
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
fn a_file_that_cannot_be_read_is_named() {
    let workplace = Workplace::new();
    let path = workplace.path("absent.json");
    let message = read_card(&path).unwrap_err().to_string();
    let expected = format!("{}: cannot be read: ", path.display());
    assert!(message.starts_with(&expected), "{message}");
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

/// A module of the reference whose differ was mutated, where alone it mutates it:
/// on the input.
const MUTATED_DIFFER: &str = "\
def batt(task_id, S, I, C, log_path):
    s = []
    o = []
    t1 = hmirror_t(I)
    t2 = equality(t1, C)
    t3 = astuple(1, t2)
    s.append((3, 'None', 'differ_same', t3))
    t4 = rot180(I)
    o.append((4, True, '3c9b0459', t4))
    t5 = equality(t4, C)
    t6 = astuple(1, t5)
    s.append((6, '3c9b0459', 'differ_same', t6))
    t7 = hmirror_t(t4)
    t8 = equality(t7, C)
    t9 = astuple(1, t8)
    s.append((9, '3c9b0459', 'differ_other', t9))
    return o, s
";

#[test]
fn a_mutated_differ_of_the_reference_is_applied_as_it_was_mutated() {
    let workplace = Workplace::new();
    let card = read_card(&workplace.write("card_run.py", MUTATED_DIFFER)).expect("a card");
    let entries: Vec<String> = card
        .differs()
        .map(|differ| {
            let applied = differ
                .solver
                .map(|output| card.program_from(output, differ.call, "d"));
            let program = applied.unwrap_or_else(|| card.program_of(differ.call, "d"));
            let text = program.inlined(1000).expect("a short text");
            let (_, returned) = text.split_once("return ").expect("a function");
            format!("{} {}: {returned}", differ.call, differ.name)
        })
        .collect();
    let mutated = "astuple(1, equality(hmirror_t(I), C))";
    assert_eq!(
        entries,
        [
            format!("t3 differ_same: {mutated}"),
            // Its calls are there already; where not, they come after all others.
            format!("t9 differ_same: {mutated}"),
            format!("t9 differ_other: {mutated}"),
        ]
    );
    let moved = MUTATED_DIFFER.replace("hmirror_t(t4)", "vmirror_t(t4)");
    let card = read_card(&workplace.write("card_run.py", moved)).expect("a card");
    let applied = card.differs().nth(1).expect("a differ");
    assert_eq!(applied.call.number(), 12, "the numbers of the file stay");
    assert_eq!(card.call(applied.call).to_string(), "astuple(1, t11)");
}
