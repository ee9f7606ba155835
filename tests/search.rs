//! The search: cards drawn from a store, mutated, run, and drawn from again.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;

use arc_programs::card::mutation::{
    ChangeWeights, DrawnDiffer, DrawnSolver, MutationKind, MutationOptions, Type, make_card,
    types_of,
};
use arc_programs::card::{Card, Term};
use arc_programs::dsl::REFERENCE;
use arc_programs::program::{Identity, parse_expression};
use common::{Finished, Workplace, fixture};
use run_batt::card_file::read_card;
use run_batt::fixtures;
use run_batt::library::Role;
use serde_json::Value as Json;
use strum::VariantArray;

fn names_of_calls(term: Term<'_>) -> Option<usize> {
    match term {
        Term::Call(id) => Some(id.number()),
        _ => None,
    }
}

/// Cards of some of the fixtures, of `count` seeds.
fn cards(count: u64, probability: f64) -> impl Iterator<Item = Card> {
    cards_by(count, probability, None)
}

/// As [`cards`], where every solver changes.
fn mutated_cards(count: u64) -> impl Iterator<Item = Card> {
    cards_by(count, 0.02, Some(ChangeWeights::default()))
}

fn cards_by(
    count: u64,
    probability: f64,
    every_solver: Option<ChangeWeights>,
) -> impl Iterator<Item = Card> {
    let source = fixtures::tasks().expect("the fixtures");
    let library = fixtures::library(Role::Solver);
    let ids = ["0520fde7", "007bbfb7", "67385a82", "74dd1130", "d511f180"];
    let drawn: Vec<_> = ids
        .into_iter()
        .map(|id| {
            let id = id.parse().expect("a task");
            let task = source.load(id).expect("a fixture");
            let program = library.of_task(id)[0].program.clone();
            (task, program)
        })
        // Its outputs are its inputs mirrored.
        .chain([(
            source
                .load("74dd1130".parse().expect("a task"))
                .expect("a fixture"),
            parse_expression("vconcat(mir_rot_t(I, A2), mir_rot_t(I, A3))").expect("a program"),
        )])
        .collect();
    let differs = fixtures::library(Role::Differ);
    (0..count).map(move |seed| {
        let solvers: Vec<DrawnSolver<'_>> = drawn
            .iter()
            .map(|(task, program)| DrawnSolver { task, program })
            .collect();
        let differs: Vec<DrawnDiffer<'_>> = differs.shared()[..2]
            .iter()
            .map(|own| DrawnDiffer {
                name: &own.name,
                program: &own.program,
            })
            .collect();
        let options = MutationOptions {
            probability,
            freeze_solvers: false,
            freeze_differs: false,
            every_solver,
            seed,
        };
        make_card(&solvers, &differs, options).expect("a card")
    })
}

#[test]
fn mutations_are_as_many_as_configured_of_every_kind_and_what_hints_allow() {
    const SEEDS: u64 = 10_000;
    const PROBABILITY: f64 = 0.02;
    let mut mutated = 0;
    let mut positions = 0;
    let mut kinds = BTreeMap::new();
    for card in cards(SEEDS, PROBABILITY) {
        // Positions that are asked: those of solvers, and of differs applied
        // to the input, which are changed there once.
        let outputs = card.solvers().iter().map(|solver| solver.call);
        let baselines = card.differs().filter(|differ| differ.solver.is_none());
        let asked: BTreeSet<_> = outputs
            .chain(baselines.map(|differ| differ.call))
            .flat_map(|call| card.dependencies(call))
            .collect();
        let types = types_of(&card);
        for (id, call) in card.calls() {
            let terms = call.arguments.iter().map(|(_, term)| term);
            for term in terms.chain([call.callee]) {
                assert!(
                    names_of_calls(term).is_none_or(|number| number < id.number()),
                    "{id} = {call}"
                );
            }
            if asked.contains(&id) {
                positions += 1 + call.arguments.iter().len() as u64;
            }
        }
        for mutation in card.mutations() {
            *kinds.entry(mutation.kind).or_insert(0_u64) += 1;
            mutated += 1;
            assert_ne!(mutation.from, mutation.to);
            let call = card.call(mutation.call);
            let mut own = call.arguments.iter().map(|(_, term)| term);
            let now = match mutation.position {
                0 => call.callee,
                position => own.nth(position - 1).expect("an argument"),
            };
            assert_eq!(now.to_string(), mutation.to);
            let callee = type_of(&types, call.callee);
            if let (1.., Type::Function(signature)) = (mutation.position, callee) {
                let asked = &signature.parameters[mutation.position - 1];
                assert!(asked.accepts(&type_of(&types, now)), "{call}: {mutation:?}");
            }
        }
    }
    let share = mutated as f64 / positions as f64;
    // A change that finds nothing that fits, or nothing new, does not happen.
    assert!(
        (0.7 * PROBABILITY..1.1 * PROBABILITY).contains(&share),
        "{share}"
    );
    for kind in MutationKind::VARIANTS {
        assert!(
            kinds.get(kind).is_some_and(|&count| count >= 10),
            "{kinds:?}"
        );
    }
}

#[test]
fn a_change_of_each_argument_draws_what_it_always_drew() {
    let workplace = Workplace::new();
    let card = |seed: u32| {
        let seed = seed.to_string();
        let arguments = ["card", "--seed", &seed, "--mutation", "0.2", "-o", "-"];
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    let cards: String = (1..=8).map(card).collect();
    // As the version before kinds of change wrote them.
    assert_eq!(
        Identity::of(&cards).to_string(),
        "9025747190984f413cd24be5b54689e5"
    );
}

#[test]
fn each_mutant_of_a_solver_is_one_that_hints_allow() {
    let mut changes = BTreeMap::new();
    for card in mutated_cards(1000) {
        let types = types_of(&card);
        assert!(card.plan().is_ok(), "a name of no meaning");
        for entry in card.solvers() {
            for id in card.dependencies(entry.call) {
                let call = card.call(id);
                assert_ne!(call.callee, Term::Name("C"));
                let mut terms = call.arguments.iter().map(|(_, term)| term);
                assert!(terms.all(|term| term != Term::Name("C")), "{id} = {call}");
                if let Type::Function(signature) = type_of(&types, call.callee) {
                    let most = signature.parameters.len();
                    let least = match call.callee {
                        Term::Name(name) => REFERENCE.named(name).expect("a primitive").required(),
                        _ => most,
                    };
                    let given = call.arguments.len();
                    assert!((least..=most).contains(&given), "{id} = {call}");
                }
            }
        }
        assert!(card.solvers().iter().any(|entry| entry.mutated));
        *changes.entry(card.len()).or_insert(0) += 1;
    }
    assert!(changes.len() > 10, "{changes:?}");
}

fn type_of(types: &[Type], term: Term<'_>) -> Type {
    match term {
        Term::Call(id) => types[id.number() - 1].clone(),
        Term::Name(name) => Type::of_name(&REFERENCE, name).expect("a known name"),
        other => panic!("{other} is no result of a mutation"),
    }
}

#[test]
fn without_probability_or_frozen_nothing_changes() {
    for card in cards(3, 0.0) {
        assert_eq!(card.mutations(), []);
        assert!(card.solvers().iter().all(|solver| !solver.mutated));
    }
    let workplace = Workplace::new();
    let card = |options: &[&str]| -> Json {
        let mut arguments = vec!["card", "--seed", "3", "-o", "-", "--mutation", "0.5"];
        arguments.extend(options);
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        serde_json::from_str(&finished.stdout).expect("a card")
    };
    assert!(card(&["--freeze-solvers", "--freeze-differs"])["mutations"].is_null());
    let only_differs = card(&["--freeze-solvers"]);
    assert!(
        !only_differs["mutations"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    let solvers = only_differs["solvers"].as_array().expect("a list");
    assert!(solvers.iter().all(|solver| solver["mutated"] == false));
    let only_solvers = card(&["--freeze-differs"]);
    let solvers = only_solvers["solvers"].as_array().expect("a list");
    assert!(solvers.iter().any(|solver| solver["mutated"] == true));
}

#[test]
fn the_same_seed_draws_the_same_card() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "0", "-q"]).code, Some(0));
    let card = |seed: &str| {
        let finished = workplace.run(&["card", "-c", "8", "--seed", seed, "-o", "-"]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    assert_eq!(card("7"), card("7"));
    // Where this changes, seeds draw other cards, and `CHANGELOG.md` says so.
    assert_eq!(
        Identity::of(&card("7")).to_string(),
        "4f576b745dbfadf75c1d818c61c36a62"
    );
    assert_ne!(card("7"), card("8"));
    let finished = workplace.run(&["card", "-c", "8"]);
    let seed = finished.stderr.trim().rsplit(' ').next().expect("a seed");
    assert_eq!(workplace.read("card.json"), card(seed), "the seed is told");
    let json: Json = serde_json::from_str(&card(seed)).expect("a card");
    assert_eq!(json["seed"].to_string(), seed, "and recorded");
    assert_eq!(json["solvers"].as_array().expect("a list").len(), 8);
}

#[test]
fn a_card_is_written_for_the_reference_and_read_back_equal() {
    let workplace = Workplace::new();
    let write = |output: &str| {
        let arguments = ["card", "--seed", "7", "--mutation", "0.1", "-o", output];
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        read_card(&workplace.path(output)).expect("a card")
    };
    let json = write("card.json");
    let module = write("card_run.py");
    assert!(json.calls().eq(module.calls()));
    assert_eq!(json.solvers(), module.solvers());
    assert!(json.differs().eq(module.differs()));
    let table = workplace.read("card_run_call.py");
    let (id, call) = json.calls().last().expect("a call");
    let line = format!("    {}: HintValue(", id.number());
    assert!(table.contains(&line), "{table}");
    assert!(table.contains(&format!("('{}',", call.callee)));
    assert!(module.calls().len() > 100);
}

#[test]
fn stored_solvers_are_drawn_as_they_score_and_broken_ones_passed_over() {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", common::SMALL_TASK);
    let program = |number: u32| {
        format!("def solve(S, I, C):\n    t1 = canvas({number}, UNITY)\n    return t1\n")
    };
    for (score, number) in [(1000, 1_u32), (3000, 3), (0, 9)] {
        let path = format!("solver_dir/solve_0520fde7/{score}/5/{number:032x}.py");
        workplace.write(&path, program(number));
    }
    let broken = workplace.write(
        &format!("solver_dir/solve_0520fde7/2000/5/{:032x}.py", 7),
        "def solve(S, I, C):\n    return (\n",
    );
    let mut drawn = BTreeMap::new();
    for seed in 0..60 {
        let seed = seed.to_string();
        let arguments = [
            "card",
            "-c",
            "1",
            "--tasks",
            "tasks",
            "--seed",
            &seed,
            "--mutation",
            "0",
            "-o",
            "-",
        ];
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let card: Json = serde_json::from_str(&finished.stdout).expect("a card");
        let calls = card["calls"].as_array().expect("a list").iter();
        let mut canvas = calls.filter(|call| call[0] == "canvas");
        let number = canvas.next().expect("the solver")[1].to_string();
        *drawn.entry(number).or_insert(0) += 1;
    }
    let shares: Vec<(&str, i32)> = drawn
        .iter()
        .map(|(name, &count)| (name.as_str(), count))
        .collect();
    assert!(
        matches!(shares[..], [("\"1\"", few), ("\"3\"", many)] if few > 0 && many > few),
        "{shares:?}"
    );

    // All broken: nothing to draw, and why.
    for score in ["0", "1000", "3000"] {
        fs::remove_dir_all(workplace.path(&format!("solver_dir/solve_0520fde7/{score}"))).unwrap();
    }
    workplace.write("other.py", "def solve_ffffffff(S, I, C):\n    return I\n");
    let arguments = ["card", "--tasks", "tasks", "--solvers", "other.py"];
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(finished.stderr.lines().count(), 1, "{}", finished.stderr);
    let name = broken.file_name().unwrap().to_str().unwrap();
    for part in [name, "--solvers", "--out"] {
        assert!(finished.stderr.contains(part), "{}", finished.stderr);
    }
}

#[test]
fn bad_input_is_said_in_a_line() {
    let workplace = Workplace::new();
    workplace.write("other.py", "def solve_ffffffff(S, I, C):\n    return I\n");
    let empty = workplace.run(&["card", "--solvers", "other.py"]);
    assert_eq!(empty.code, Some(1), "{empty:?}");
    assert!(empty.stderr.contains("give --solvers"), "{}", empty.stderr);
    assert!(!workplace.path("card.json").exists());

    let more = workplace.run(&["card", "-c", "1000"]);
    assert_eq!(more.code, Some(0), "{more:?}");
    assert!(
        more.stderr.contains("1000 tasks were asked for"),
        "{}",
        more.stderr
    );

    let missing = workplace.run(&["card", "-o", "missing/card.json"]);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(
        missing.stderr.contains("missing/card.json"),
        "{}",
        missing.stderr
    );
    fs::create_dir(workplace.path("closed")).unwrap();
    let closed = workplace.path("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write anywhere.
    if fs::write(closed.join("probe"), "").is_err() {
        let refused = workplace.run(&["card", "-o", "closed/card.json"]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("permissions"), "{}", refused.stderr);
    }
    let unknown = workplace.run(&["card", "-t", "ffffffff"]);
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
}

/// The fixtures' solvers, each of some tasks with a constant spoilt.
fn spoilt() -> (String, Vec<&'static str>) {
    let mut solvers = fs::read_to_string(fixture("solvers/first.py")).expect("the solvers");
    let mut tasks = Vec::new();
    for (task, good, bad) in [
        ("2dee498d", "hsplit(I, THREE)", "hsplit(I, FIVE)"),
        ("f25fbde4", "upscale_t(x2, TWO)", "upscale_t(x2, FOUR)"),
        ("0520fde7", "fill(x7, RED, x5)", "fill(x7, CYAN, x5)"),
        // Twice, so that one repair is half the way.
        ("0520fde7", "canvas(BLACK, x6)", "canvas(NINE, x6)"),
    ] {
        assert!(solvers.contains(good), "{good}");
        solvers = solvers.replacen(good, bad, 1);
        tasks.push(task);
    }
    tasks.dedup();
    (solvers, tasks)
}

/// A search in a store of its own, by seeds from this one on, until a task is
/// solved or the rounds are over; whether one is. Its scores never fall.
fn search_of_spoilt(first_seed: u64) -> bool {
    const ROUNDS: u64 = 200;
    let workplace = Workplace::new();
    let (solvers, tasks) = spoilt();
    workplace.write("solvers.py", solvers);
    for task in &tasks {
        let name = format!("tasks/{task}.json");
        workplace.write(&name, fs::read(fixture(&name)).expect("a task"));
    }
    let run = |more: &[&str]| -> Json {
        let differs = fixture("differs/base.py").display().to_string();
        let common = [
            "--solvers",
            "solvers.py",
            "--differs",
            &differs,
            "--tasks",
            "tasks",
            "-q",
            "--format",
            "json",
        ];
        let finished = workplace.run(&[&common[..], more].concat());
        // The solvers of the other tasks are told.
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
        serde_json::from_str(&finished.stdout).expect("a summary")
    };
    let best = || -> Json {
        let finished = workplace.run(&["stats", "--format", "json"]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        serde_json::from_str(&finished.stdout).expect("statistics")
    };
    let begun = run(&[]);
    assert_eq!(begun["solved"], Json::Array(Vec::new()), "all are spoilt");
    let before = best();
    assert_eq!(before["solved"], 0);
    for seed in first_seed..first_seed + ROUNDS {
        let seed = seed.to_string();
        run(&["--draw", "3", "--mutation", "0.06", "--seed", &seed]);
        if seed.ends_with('9') && best()["solved"].as_u64() >= Some(1) {
            break;
        }
    }
    let after = best();
    let rounds = after["rounds"].as_array().expect("rounds");
    let totals: Vec<u64> = rounds
        .iter()
        .filter_map(|round| round["total"].as_u64())
        .collect();
    assert!(totals.is_sorted(), "{totals:?}");
    assert_eq!(totals.last().copied(), after["total"].as_u64());
    let by_parts = rounds
        .iter()
        .any(|round| round["solved"] == 0 && round["total"].as_u64() > before["total"].as_u64());
    let is_solved = after["solved"].as_u64() >= Some(1);
    assert!(by_parts || !is_solved, "scores rise before: {rounds:?}");
    let table = workplace.run(&["stats"]).stdout;
    let found = format!("{} of {} tasks solved", after["solved"], after["tasks"]);
    assert!(table.contains(&found), "{table}");
    is_solved
}

#[test]
fn the_search_solves_spoilt_tasks_again() {
    // A search can settle where all of the best programs have the same flaw; of
    // some, one gets through.
    let mut first_seeds = (0..12).map(|search| search * 1000);
    assert!(first_seeds.any(search_of_spoilt), "no search has solved");
}

#[test]
fn the_loop_fills_a_store_draws_from_it_and_tidies() {
    let workplace = Workplace::new();
    let run_card = |arguments: &[&str]| {
        let finished = Finished::of(&mut workplace.run_card(arguments));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    run_card(&[
        "-i",
        "-o",
        "-c",
        "-3",
        "-d",
        "4",
        "--",
        "--seed",
        "7",
        "--mutation",
        "0.02",
    ]);
    let log = workplace.read("logs/run_batt.log");
    assert_eq!(
        log.matches("run finished").count(),
        2,
        "the filling, then a round"
    );
    assert_eq!(workplace.names("solver_dir").len(), 27);
    assert_eq!(
        workplace.records("logs/inlining_telemetry.jsonl").len(),
        27 + 3
    );

    let linked = |role: &str| {
        let tree = walkdir::WalkDir::new(workplace.path(&format!("{role}_dir")));
        let links = tree.into_iter().map(|entry| entry.expect("an entry"));
        let links = links.filter(|entry| entry.path_is_symlink());
        links
            .map(|link| link.file_name().to_str().expect("a name").to_owned())
            .collect::<BTreeSet<String>>()
    };
    let (solvers, differs) = (linked("solver"), linked("differ"));
    let kept = |role: &str| -> BTreeSet<String> {
        let names = workplace.names(&format!("{role}_md5"));
        names.into_iter().collect()
    };
    // What a round pushes out of the best goes with it.
    assert_eq!(kept("solver"), solvers);
    assert_eq!(kept("differ"), differs);
    let large = workplace.write(&format!("solver_md5/{:032x}.py", 5), " ".repeat(10_241));
    let small = workplace.write(&format!("solver_md5/{:032x}.py", 6), "");
    let mine = workplace.write("solver_md5/notes.txt", "mine");
    fs::create_dir_all(workplace.path("solver_dir/solve_0520fde7/77/3")).unwrap();
    let told = run_card(&["-b", "-o", "-c", "1", "--", "--seed", "7"]);
    assert!(told.contains("removed 1 programs over 10 kB"), "{told}");
    assert!(told.contains("2 empty folders"), "{told}");
    assert!(!large.exists() && !small.exists() && mine.exists());
    assert!(linked("solver").is_superset(&solvers) || linked("solver").len() >= solvers.len());
    assert!(linked("differ").len() >= differs.len());
    assert_eq!(kept("differ"), linked("differ"));
}
