//! Cards as modules of Python: damaged ones, and one whose differ the reference mutated.

use run_batt::card_file::read_card;

use super::common::{Workplace, fixture};
use super::{complaint, complaint_in, read};

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
