//! A dialect of two primitives and one constant, whose failing calls end the
//! program: whoever is handed a dialect speaks that one and no other.

use arc_programs_macros::primitives;

use super::constants::{Constants, Range};
use super::dialect::DialectParts;
use super::hint::Hint;
use super::{
    Budget, Context, DIALECTS, Dialect, FailingCalls, JsonFunctions, ProgramParameter, REFERENCE,
    TaskPart,
};
use crate::card::mutation::{
    DrawnDiffer, DrawnSolver, MutationOptions, Type, make_card_in, types_of,
};
use crate::card::{CardBuilder, Term};
use crate::evaluation::{Evaluator, Inputs, Limits, Plan, PlanBuilder, ResolveError};
use crate::program::parse_expression;
use crate::task::Task;
use crate::value::{CellLayout, Failure, PrimitiveId, Value, canonical, json};

/// `halve` means another thing in the reference's dialect, and `same` nothing.
#[primitives]
mod declared {
    use super::*;

    /// Half of an even integer.
    #[example("halve(4)" => "2")]
    fn halve(context: &mut Context, n: Integer) -> Integer {
        context.spend(1)?;
        let integer = n.integer()?;
        match integer % 2 {
            0 => Ok(Value::Integer(integer / 2)),
            _ => Err(Failure::WrongValue),
        }
    }

    /// The argument.
    #[example("same(4)" => "4")]
    #[makes(TheArgument)]
    fn same(x: Any) -> Any {
        Ok(x.clone())
    }
}

static TINY: Dialect = Dialect::new(DialectParts {
    name: "tiny",
    primitives: declared::PRIMITIVES,
    constants: Constants::new(
        &[("SEVEN", Value::Integer(7))],
        &[Range {
            hints: &[Hint::Integer],
            names: &["SEVEN"],
        }],
    ),
    parameters: &[ProgramParameter {
        name: "X",
        given: TaskPart::Input,
        hint: Hint::Grid,
    }],
    failing_calls: FailingCalls::EndTheProgram,
    cells: CellLayout::RowFirst,
});

fn plan(dialect: &'static Dialect, text: &str) -> Result<Plan, ResolveError> {
    let program = parse_expression(text).unwrap();
    let mut builder = PlanBuilder::new(dialect);
    let result = builder.program(&program)?;
    Ok(builder.finish(result))
}

fn task() -> Task {
    let text = r#"{"train": [{"input": [[1, 2]], "output": [[2]]}], "test": [{"input": [[3]]}]}"#;
    Task::from_json("0520fde7".parse().unwrap(), text).unwrap()
}

/// The values of a program's calls in a dialect, and the calls that ended it.
fn evaluated(evaluator: &mut Evaluator, dialect: &'static Dialect, text: &str) -> String {
    let task = task();
    let inputs = Inputs::new(Inputs::samples_of(&task).unwrap(), &task.demo[0]);
    let plan = plan(dialect, text).unwrap();
    let evaluation = evaluator.evaluate(&plan, &inputs, Limits::default());
    assert!(evaluation.is_complete());
    let text = |value: Option<&Value>| value.map_or("-".to_owned(), canonical::text);
    let values: Vec<String> = evaluation.results().map(text).collect();
    let ended: Vec<u32> = evaluation.ended().iter().map(|own| own.call).collect();
    format!("{} {ended:?}", values.join(" "))
}

#[test]
fn names_are_those_of_the_dialect() {
    assert!(plan(&TINY, "same(halve)(X)").is_ok());
    for (text, name, nearest) in [
        ("double(X)", "double", None),
        ("same(I)", "I", None),
        ("same(ELEVEN)", "ELEVEN", Some("SEVEN")),
    ] {
        match plan(&TINY, text).unwrap_err() {
            ResolveError::UnknownName {
                name: found,
                nearest: other,
                ..
            } => assert_eq!((found.as_str(), other), (name, nearest)),
            other => panic!("{other}"),
        }
    }
    assert!(plan(&REFERENCE, "same(I)").is_err());
}

#[test]
fn plans_are_evaluated_in_their_dialect() {
    // One evaluator, so that nothing stays with it of the plan before.
    let mut evaluator = Evaluator::new();
    for (dialect, text, expected) in [
        (&REFERENCE, "halve(SEVEN)", "3 []"),
        (&TINY, "halve(14)", "7 []"),
        // A failing call ends the program, so nothing after it has a value.
        (&TINY, "same(halve(SEVEN))", "- - [0]"),
        (&TINY, "halve(14, 14)", "- [0]"),
        (&TINY, "halve(m=14)", "- [0]"),
        (&TINY, "same(X)", "((1, 2),) []"),
        // A function that is known only when it is called.
        (&TINY, "same(halve)(14)", "<fn> 7 []"),
        (&TINY, "same(SEVEN)(14)", "7 - [1]"),
        (
            &REFERENCE,
            "identity(identity(halve)(SEVEN))",
            "<fn> 3 3 []",
        ),
        (&REFERENCE, "identity(identity(SEVEN)(SEVEN))", "7 () () []"),
    ] {
        let found = evaluated(&mut evaluator, dialect, text);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_context_calls_in_its_dialect() {
    let mut context = Context::new(&TINY, Budget::of_steps(100));
    let halve = TINY.named("halve").unwrap();
    let seven = [Value::Integer(7)];
    halve.call(&mut context, &seven);
    assert!(context.has_ended_program() && context.is_exhausted());
    // A call, and a step within it.
    assert_eq!(context.steps_left(), 98);
    context.refill(Budget::of_steps(100));
    assert!(!context.has_ended_program());
    let yielded = halve.call(&mut context, &[Value::Integer(8)]);
    assert!(yielded.equals(&Value::Integer(4)));

    let mut functions = JsonFunctions::of(&TINY);
    let function = json::decode(&serde_json::json!({"fn": "same"}), &mut functions).unwrap();
    assert!(matches!(function, Value::Primitive(PrimitiveId(1))));
    assert!(json::decode(&serde_json::json!({"fn": "double"}), &mut functions).is_err());

    // In the reference's, the same failure is passed over.
    let mut context = Context::new(&REFERENCE, Budget::of_steps(100));
    let yielded = halve.call(&mut context, &seven);
    assert!(yielded.equals(&Value::Integer(0)) && !context.is_exhausted());
}

#[test]
fn cards_and_their_types_are_of_the_dialect() {
    let mut builder = CardBuilder::in_dialect(&TINY);
    let solver = parse_expression("X").unwrap();
    let differ = parse_expression("halve(X)").unwrap();
    let output = builder.add_solver(task().name, &solver, false).unwrap();
    builder.add_differ("differ", &differ, Some(output)).unwrap();
    let card = builder.finish();
    let calls: Vec<String> = card.calls().map(|(_, call)| call.to_string()).collect();
    assert_eq!(calls, ["same(X)", "halve(t1)"]);
    let call = card.differs().next().unwrap().call;
    let own = differ
        .clone()
        .renamed(differ.name(), TINY.parameter_names());
    assert_eq!(card.program_from(output, call, differ.name()), own);
    let types = [Type::Value(Hint::Grid), Type::Value(Hint::Integer)];
    assert_eq!(types_of(&card), types);
    assert_eq!(
        Type::of_name(&TINY, "SEVEN"),
        Some(Type::Value(Hint::Integer))
    );
    assert_eq!(Type::of_name(&TINY, "I"), None);
    assert_eq!(card.plan().unwrap().dialect().name(), "tiny");
    assert_eq!(card.scoring_plan().unwrap().plan.dialect().name(), "tiny");
}

#[test]
fn mutations_are_drawn_from_the_dialect() {
    let (task, solver) = (task(), parse_expression("halve(same(8))").unwrap());
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let options = MutationOptions {
            probability: 0.5,
            freeze_solvers: false,
            freeze_differs: false,
            every_solver: None,
            seed,
        };
        let solver = DrawnSolver {
            task: &task,
            program: &solver,
        };
        let differ = DrawnDiffer {
            name: "differ",
            program: &parse_expression("same(X)").unwrap(),
        };
        let card = make_card_in(&TINY, &[solver], &[differ], options).unwrap();
        kinds.extend(card.mutations().iter().map(|mutation| mutation.kind));
        for (_, call) in card.calls() {
            let terms = call.arguments.iter().map(|(_, term)| term);
            for term in terms.chain([call.callee]) {
                if let Term::Name(name) = term {
                    assert!(TINY.knows(name), "{name}");
                }
            }
        }
    }
    assert!(kinds.len() > 1, "{kinds:?}");
}

#[test]
fn a_name_that_is_a_parameter_is_nothing_else() {
    for dialect in DIALECTS.into_iter().chain([&TINY]) {
        for parameter in dialect.parameters() {
            let name = parameter.name;
            assert!(dialect.knows(name), "{name}");
            assert_eq!(dialect.parameter(name), Some(*parameter));
            assert!(
                dialect.find(name).is_none() && dialect.value(name).is_none(),
                "{name}"
            );
            let mut primitives = dialect.primitives().iter();
            assert!(primitives.all(|own| own.name != name), "{name}");
            assert!(
                dialect.constants().iter().all(|(own, _)| own != name),
                "{name}"
            );
        }
    }
}
