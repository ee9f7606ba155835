//! Evaluating programs: names, keywords, limits, and the commands around it.

mod common;

use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan, arity_concerns};
use arc_programs::program::{parse_expression, parse_module};
use arc_programs::value::{Value, canonical};
use common::Workplace;

fn inputs() -> Inputs {
    let row = |first: i64, second: i64| Value::pair(first, second);
    let grid = Value::tuple(vec![row(1, 2), row(3, 4)]).expect("a grid");
    Inputs {
        samples: Value::EMPTY_TUPLE,
        input: grid.clone(),
        expected: grid,
    }
}

fn value(expression: &str) -> String {
    let program = parse_expression(expression).unwrap_or_else(|error| panic!("{error}"));
    let plan = Plan::of_program(&program).unwrap_or_else(|error| panic!("{error}"));
    let mut evaluator = Evaluator::new();
    let evaluation = evaluator.evaluate(&plan, &inputs(), Limits::default());
    canonical::text(evaluation.result().expect("within the limits"))
}

#[test]
fn keywords_are_resolved_to_positions() {
    assert_eq!(value("subtract(7, 2)"), "5");
    assert_eq!(value("subtract(b=7, a=2)"), "-5");
    assert_eq!(value("subtract(7, b=2)"), "5");
    // No such parameter, one given twice, one missing: the call fails.
    for call in ["subtract(7, c=2)", "subtract(7, a=2)", "subtract(b=2)"] {
        assert_eq!(value(call), "()", "{call}");
    }
}

#[test]
fn a_failing_call_yields_its_default_and_the_rest_goes_on() {
    assert_eq!(value("add(1, I)"), "()");
    assert_eq!(value("astuple(add(1, rot90), 2)"), "((), 2)");
    // What is no function yields `()`, a closure with too many arguments too.
    assert_eq!(value("astuple(add(1, 2)(3), 4)"), "((), 4)");
    assert_eq!(value("rbind(subtract, 1)(5)"), "4");
    assert_eq!(value("rbind(subtract, 1)(5, 6)"), "()");
}

#[test]
fn an_unknown_name_is_told_with_its_place_and_the_nearest() {
    let module =
        parse_module("def solve(S, I, C):\n    x1 = rot90(I)\n    x2 = rot91(x1)\n    return x2\n");
    let error = Plan::of_program(&module.programs[0]).expect_err("an unknown name");
    assert_eq!(
        error.to_string(),
        "line 3, column 10: found the name `rot91`, which is neither primitive nor constant; did you mean rot90?"
    );
}

#[test]
fn a_checked_program_is_told_of_wrong_numbers_of_arguments() {
    let concerns = |expression: &str| {
        let program = parse_expression(expression).expect("an expression");
        let texts = arity_concerns(&program)
            .into_iter()
            .map(|concern| concern.to_string());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(concerns("add(1, 2)"), [""; 0]);
    assert_eq!(
        concerns("rot90(I, add(1))"),
        [
            "line 1, column 13: found 1 arguments for `add`, expected (a, b)",
            "line 1, column 6: found 2 arguments for `rot90`, expected (grid)",
        ]
    );
    assert_eq!(
        concerns("add(1, c=2)"),
        ["line 1, column 4: found the keyword `c` for `add`, expected (a, b)"]
    );
}

#[test]
fn a_call_over_a_limit_has_no_value_nor_has_what_depends_on_it() {
    let program = parse_expression(
        "astuple(size(astuple(power(increment, 1000000)(1), 2)), size(astuple(1, 2)))",
    )
    .expect("an expression");
    let plan = Plan::of_program(&program).expect("known names");
    let mut evaluator = Evaluator::new();
    let limits = Limits {
        call_steps: 1000,
        ..Limits::default()
    };
    let evaluation = evaluator.evaluate(&plan, &inputs(), limits);
    assert!(!evaluation.is_complete());
    assert_eq!(evaluation.over_limit(), [1]);
    let has_value: Vec<bool> = evaluation.results().map(|own| own.is_some()).collect();
    let expected = [true, false, false, false, true, true, false];
    assert_eq!(has_value, expected, "the rest goes on");
    assert!(evaluation.result().is_none());

    // All calls together: once they have spent it, even what is cheap has no value.
    let limits = Limits {
        call_steps: 1_000_000,
        steps: 1_000,
        ..limits
    };
    let evaluation = evaluator.evaluate(&plan, &inputs(), limits);
    assert_eq!(evaluation.over_limit(), [1, 4]);
    let has_value: Vec<bool> = evaluation.results().map(|own| own.is_some()).collect();
    assert_eq!(has_value, [true, false, false, false, false, false, false]);
}

#[test]
fn values_may_be_as_large_as_honest_programs_make_them_and_no_larger() {
    let of = |expression: &str, bytes: u64| {
        let program = parse_expression(expression).expect("an expression");
        let plan = Plan::of_program(&program).expect("known names");
        let mut evaluator = Evaluator::new();
        let limits = Limits {
            bytes,
            ..Limits::default()
        };
        let evaluation = evaluator.evaluate(&plan, &inputs(), limits);
        let steps: u64 = evaluation.costs().iter().sum();
        (evaluation.result().map(canonical::text), steps)
    };
    let all = Limits::default().bytes;
    let cells = "asindices(canvas(0, (30, 30)))";
    let (size, _) = of(&format!("size(product({cells}, {cells}))"), all);
    assert_eq!(size.as_deref(), Some("810000"));
    // What is too large is not built: a size is known before.
    let (none, steps) = of(&format!("size(product({cells}, {cells}))"), 50 << 20);
    assert_eq!(none, None);
    assert!(steps < 900_000, "{steps}");
    let many = format!("product({cells}, product({cells}, (1, 2, 3, 4)))");
    assert_eq!(of(&many, all).0, None);
    assert_eq!(of("repeat(canvas(0, (900, 900)), 100)", all).0, None);
    // Of equal items one counts.
    let (size, _) = of("size(product(repeat(1, 2000), repeat(2, 2000)))", all);
    assert_eq!(size.as_deref(), Some("1"));
    let (inner, _) = of(
        "apply(rbind(repeat, 9000000), astuple(canvas(0, (9, 9)), I))",
        all,
    );
    assert_eq!(inner, None, "a limit met inside is no default that goes on");
}

#[test]
fn eval_shows_every_call_and_compares_the_result() {
    let workplace = Workplace::new();
    let shown = workplace.run(&["eval", "-e", "rot90(rot90(I))", "-t", "3c9b0459"]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for part in [
        "x1 = rot90(I)    [I, 10 steps]\n2 2 2\n8 1 2\n1 2 1\n",
        "O = rot90(x1)",
        "1 8 2     1 8 2",
        "exact",
    ] {
        assert!(shown.stdout.contains(part), "{part:?} in {}", shown.stdout);
    }
    assert!(
        !shown.stdout.contains('\x1b'),
        "plain digits where there are no colours"
    );
    let wrong = workplace.run(&["eval", "-e", "I", "-t", "3c9b0459"]);
    assert!(wrong.stdout.contains("6 cells differ"), "{}", wrong.stdout);
}

#[test]
fn eval_speaks_json() {
    let workplace = Workplace::new();
    let file = common::fixture("solvers/first.py");
    let file = file.to_str().expect("a path in UTF-8");
    let arguments = [
        "eval", file, "-t", "7fe24cdd", "--sample", "test:0", "--format", "json",
    ];
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let record: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
    assert_eq!(record["exact"], true);
    assert_eq!(record["complete"], true);
    assert_eq!(record["result"], record["expected"]);
    let calls = record["calls"].as_array().expect("calls");
    assert_eq!(calls[0]["call"], "x1 = rot90(I)");
    assert!(calls.iter().all(|call| call["cost"].as_u64() > Some(0)));
    assert_eq!(calls[calls.len() - 1]["value"], record["result"]);
}

#[test]
fn eval_says_what_it_cannot_do() {
    let workplace = Workplace::new();
    workplace.write(
        "two.py",
        "def f(S, I, C):\n    return I\n\ndef g(S, I, C):\n    return I\n",
    );
    workplace.write("broken.py", "def f(S, I, C):\n    return I +\n");
    let cases: &[(&[&str], &str)] = &[
        (&["eval"], "nothing to evaluate"),
        (&["eval", "-e", "rot91(I)"], "did you mean rot90?"),
        (
            &["eval", "-e", "rot90(I"],
            "the expression: line 1, column 8",
        ),
        (
            &["eval", "-e", "I", "-t", "0520fde8"],
            "did you mean 0520fde7?",
        ),
        (
            &["eval", "-e", "I", "-t", "0520fde7", "--sample", "demo:9"],
            "has no sample demo:9",
        ),
        (
            &["eval", "two.py"],
            "it has f, g; -t or --function says which",
        ),
        (
            &["eval", "broken.py"],
            "broken.py: has no function that can be used; skipped: line 2",
        ),
        (&["eval", "missing.py"], "missing.py: cannot be read"),
        (&["dsl", "rot91"], "did you mean rot90?"),
    ];
    for (arguments, expected) in cases {
        let finished = workplace.run(arguments);
        assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(
            finished.stderr.contains(expected),
            "{expected:?} in {}",
            finished.stderr
        );
    }
    let module =
        "def solve_a(S, I, C):\n    return rot91(I)\n\ndef solve_b(S, I, C):\n    return I + 1\n";
    std::fs::write(workplace.path("wrong.py"), module).expect("a file");
    let checked = workplace.run(&["eval", "--check", "wrong.py"]);
    assert_eq!(checked.code, Some(3), "{checked:?}");
    assert_eq!(checked.stderr.lines().count(), 2, "{checked:?}");
    let checked = workplace.run(&["eval", "--check", "-e", "rot90(I, I)"]);
    assert_eq!(checked.code, Some(3), "{checked:?}");
    assert!(
        checked.stderr.contains("found 2 arguments for `rot90`"),
        "{}",
        checked.stderr
    );
}

#[test]
fn a_program_comes_from_standard_input_too() {
    let workplace = Workplace::new();
    workplace.write(
        "a.py",
        "def solve_3c9b0459(S, I, C):\n    return rot180(I)\n",
    );
    let from_file = workplace.run(&["eval", "a.py"]);
    assert_eq!(from_file.code, Some(0), "{from_file:?}");
    let from_input = workplace.run_fed(&["eval", "-"], "a.py");
    assert_eq!(from_input.stdout, from_file.stdout, "{from_input:?}");
    workplace.write(
        "b.py",
        "def solve_3c9b0459(S, I, C):\n    return rot180(I\n",
    );
    let broken = workplace.run_fed(&["eval", "-"], "b.py");
    assert_eq!(broken.code, workplace.run(&["eval", "b.py"]).code);
    assert!(broken.stderr.contains("-: has no function"), "{broken:?}");
}

#[test]
fn requests_are_answered_line_by_line_whatever_they_are() {
    use std::io::Write;
    let workplace = Workplace::new();
    let mut child = workplace
        .command(&["eval", "--requests"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let deep = format!(
        "{{\"fn\": \"identity\", \"args\": [{}]}}",
        "[".repeat(100_000)
    );
    let nested = format!(
        "{{\"fn\": \"identity\", \"args\": [{}1{}]}}",
        "[".repeat(110),
        "]".repeat(110)
    );
    let lines = [
        r#"{"fn": "add", "args": [1, [2, 3]]}"#,
        r#"{"fn": "identity", "args": [{"set": [3, 1, 2]}]}"#,
        r#"{"fn": "add", "args": [1]}"#,
        "no JSON",
        r#"{"fn": "rot91", "args": []}"#,
        r#"{"fn": "add"}"#,
        r#"{"fn": "identity", "args": [{"fn": "no_such"}]}"#,
        &deep,
        &nested,
        r#"{"fn": "identity", "args": [{"float": "nan"}]}"#,
        r#"{"output": [[1, true], [3, 0]], "expected": [[1, 1], [3, 4]]}"#,
        r#"{"output": {"set": [1]}, "expected": [[1]]}"#,
        r#"{"output": [[1]], "expected": null}"#,
        r#"{"output": [[1]]}"#,
        r#"{"fn": "repeat", "args": [1, 999999999]}"#,
    ];
    let mut input = child.stdin.take().expect("standard input");
    for line in lines {
        writeln!(input, "{line}").expect("the child reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("the child ends").stdout;
    let text = String::from_utf8(output).expect("UTF-8");
    let answers: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[0]["out"], serde_json::json!([3, 4]));
    assert_eq!(answers[1]["out"], serde_json::json!({"set": [1, 2, 3]}));
    assert_eq!(
        answers[2]["out"],
        serde_json::json!([]),
        "a call that fails has a default"
    );
    for answer in &answers[3..9] {
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(answers[9]["out"], serde_json::json!({"float": "nan"}));
    assert_eq!(answers[10]["score"], 775);
    assert_eq!(answers[11]["score"], 0);
    assert_eq!(answers[12], serde_json::json!({ "score": null }));
    let said = |place: usize| answers[place]["error"].as_str().unwrap_or_default();
    assert!(
        said(13).contains("found no form of a request"),
        "{}",
        said(13)
    );
    assert!(said(14).contains("met a limit"), "{}", said(14));
}

/// The answers to lines, one each.
fn answered(workplace: &Workplace, lines: &[String]) -> Vec<serde_json::Value> {
    let mut command = workplace.command(&["eval", "--requests"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("standard input");
    let text = lines.join("\n") + "\n";
    let writing = std::thread::spawn(move || {
        std::io::Write::write_all(&mut input, text.as_bytes()).expect("the child reads");
    });
    let output = child.wait_with_output().expect("the child ends").stdout;
    writing.join().expect("all is written");
    let text = String::from_utf8(output).expect("UTF-8");
    let answers = text.lines().map(serde_json::from_str);
    let answers: Vec<_> = answers.collect::<Result<_, _>>().expect("JSON");
    assert_eq!(answers.len(), lines.len());
    answers
}

#[test]
fn whole_programs_and_cards_are_answered_line_by_line() {
    use serde_json::json;
    let workplace = Workplace::new();
    let task = json!({
        "train": [{"input": [[1, 2]], "output": [[2, 1]]}],
        "test": [{"input": [[3, 4]]}],
    });
    let card = json!({
        "calls": [["rot180", "I"], ["equality", "t1", "C"], ["astuple", 1, "t2"]],
    });
    let mut builder = arc_programs::card::CardBuilder::new();
    let program = |text| arc_programs::program::parse_expression(text).expect("a program");
    let name = "0520fde7".parse().expect("a task's name");
    let output = builder
        .add_solver(name, &program("rot180(I)"), false)
        .expect("it is merged");
    let differ = program("astuple(1, add(equality(I, C), 0))");
    builder
        .add_differ("differ_equal", &differ, Some(output))
        .expect("it is merged");
    let sound: serde_json::Value =
        serde_json::from_str(&builder.finish().to_json()).expect("an object");
    let lines = [
        json!({"program": "rot180(I)", "task": task, "samples": "all"}),
        json!({"program": "def solve(S, I, C):\n    return C\n", "task": task}),
        json!({"program": "rot180(I)", "task": "3c9b0459", "samples": ["test:0"]}),
        json!({"card": sound, "task": task, "samples": "all"}),
        json!({"program": "repeat(1, 999999999)", "task": task, "samples": ["demo:0"]}),
        json!({"program": "first(ZERO)", "task": task, "samples": ["demo:0"]}),
        json!({"program": "def differ(S, I, C):\n    return astuple(1, add(equality(I, C), 0))", "task": task}),
        // What is wrong is told, and the next is answered.
        json!({"program": "rot91(I)", "task": task}),
        json!({"program": "rot180(", "task": task}),
        json!({"program": 5, "task": task}),
        json!({"program": "I"}),
        json!({"program": "I", "task": "ffffffff"}),
        json!({"program": "I", "task": {"train": [{"input": [[1, 2], [3]], "output": [[1]]}], "test": []}}),
        json!({"program": "I", "task": task, "samples": ["demo:7"]}),
        json!({"program": "I", "task": task, "samples": 7}),
        json!({"card": card, "task": task}),
        json!({"card": sound, "program": "I", "task": task}),
        json!([1]),
        json!({"fn": "add", "args": [1, 2]}),
    ];
    let lines = lines.map(|line| line.to_string());
    let answers = answered(&workplace, &lines);
    assert_eq!(
        answers[0]["samples"],
        json!([
            {"sample": "demo:0", "output": [[2, 1]], "exact": true, "score": 1000, "steps": 3, "failures": 0, "met_limit": false},
            {"sample": "test:0", "output": [[4, 3]], "exact": null, "score": null, "steps": 3, "failures": 0, "met_limit": false},
        ])
    );
    // The expected output is withheld.
    assert_eq!(answers[1]["samples"][0]["output"], json!(null));
    assert_eq!(answers[1]["samples"][0]["exact"], json!(false));
    let of_fixtures = answers[2]["samples"].as_array().expect("a list");
    assert_eq!(of_fixtures.len(), 1);
    assert_eq!(of_fixtures[0]["exact"], json!(true));
    assert_eq!(
        answers[3]["samples"][0],
        json!({
            "sample": "demo:0",
            "solvers": [{"score": 1000, "steps": 3, "met_limit": false, "output": [[2, 1]]}],
            "differs": [{"score": 1000, "steps": answers[3]["samples"][0]["differs"][0]["steps"], "met_limit": false}],
        })
    );
    assert_eq!(answers[4]["samples"][0]["met_limit"], json!(true));
    assert_eq!(answers[5]["samples"][0]["failures"], json!(1));
    assert_eq!(answers[6]["samples"][0]["score"], json!(0));
    let problems = [
        "did you mean rot90?",
        "`program`: line 1",
        "`program`: invalid type",
        "found no task",
        "unknown task `ffffffff`",
        "`task`: line 1",
        "no sample demo:7",
        "`samples`:",
        "card.json",
        "found no form of a request",
        "invalid type: sequence",
    ];
    for (answer, problem) in answers[7..].iter().zip(problems) {
        let told = answer["error"].as_str().unwrap_or_default();
        assert!(told.contains(problem), "{answer}: {problem}");
    }
    assert_eq!(answers[18], json!({"out": 3}));
}

#[test]
fn eval_says_what_the_program_sees_of_the_expected_output() {
    let workplace = Workplace::new();
    let shown = |more: &[&str]| -> serde_json::Value {
        let arguments = ["eval", "-t", "3c9b0459", "--format", "json"];
        let finished = workplace.run(&[&arguments, more].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        serde_json::from_str(&finished.stdout).expect("an object")
    };
    let copied = ["-e", "identity(C)"];
    let withheld = shown(&copied);
    assert_eq!(
        (&withheld["c"], &withheld["score"]),
        (&"withheld".into(), &0.into())
    );
    assert_eq!(withheld["calls"][0]["value"], "None");
    let seen = shown(&[&copied[..], &["--expected", "seen"]].concat());
    assert_eq!((&seen["c"], &seen["score"]), (&"seen".into(), &1000.into()));
    workplace.write(
        "differ.py",
        "def differ(S, I, C):\n    return astuple(4, size(C))\n",
    );
    let differ = shown(&["differ.py"]);
    assert_eq!(
        (&differ["c"], &differ["score"]),
        (&"seen".into(), &750.into())
    );
    let text = workplace
        .run(&["eval", "-t", "3c9b0459", "-e", "vconcat(I, C)"])
        .stdout;
    assert!(
        text.contains("C is withheld: None, as solvers are scored"),
        "{text}"
    );
    let text = workplace
        .run(&["eval", "-t", "3c9b0459", "-e", "rot180(I)"])
        .stdout;
    assert!(!text.contains("C is"), "{text}");
    assert!(text.contains("exact, score 1000"), "{text}");
}

#[test]
fn dsl_lists_and_explains_every_primitive() {
    let workplace = Workplace::new();
    let list = workplace.run(&["dsl"]).stdout;
    for primitive in arc_programs::dsl::REFERENCE.primitives() {
        let name = primitive.name;
        assert!(
            list.lines()
                .any(|line| line.starts_with(&format!("{name}("))),
            "{name}"
        );
    }
    let one = workplace.run(&["dsl", "rot90"]).stdout;
    assert!(one.starts_with("rot90(grid: Grid) -> Grid\n"), "{one}");
    assert!(
        one.contains("    rot90(((1, 2), (3, 4)))\n    ((3, 1), (4, 2))\n"),
        "{one}"
    );
    assert!(one.contains("A failing call yields ()."), "{one}");
}
