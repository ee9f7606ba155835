//! Our reader against a full parser of Python: what ours accepts is Python,
//! and means what Python would make of it.

mod common;

use std::collections::HashMap;

use arc_programs::program::parse_module;
use common::programs::program_source;
use proptest::prelude::*;
use ruff_python_ast::{Expr, Number, Stmt, UnaryOp};

/// The `return` expression, every assignment substituted: inlining once more,
/// over ruff's tree, as plainly as it can be written.
fn inlined_by_ruff(source: &str) -> String {
    let module = ruff_python_parser::parse_module(source).expect("what ours accepts is Python");
    let [Stmt::FunctionDef(function)] = module.suite().as_ref() else {
        panic!("one function expected");
    };
    let mut assigned = HashMap::new();
    for statement in &function.body {
        match statement {
            Stmt::Assign(assign) => {
                let Expr::Name(target) = &assign.targets[0] else {
                    panic!("a name expected");
                };
                let value = text(&assign.value, &assigned);
                assigned.insert(target.id.to_string(), value);
            }
            Stmt::Return(result) => {
                let result = result.value.as_ref().expect("a value is returned");
                return text(result, &assigned);
            }
            other => panic!("unexpected {other:?}"),
        }
    }
    panic!("no return");
}

fn text(expression: &Expr, assigned: &HashMap<String, String>) -> String {
    match expression {
        Expr::Name(name) => match assigned.get(name.id.as_str()) {
            Some(value) => value.clone(),
            None => name.id.to_string(),
        },
        Expr::BooleanLiteral(boolean) => if boolean.value { "True" } else { "False" }.to_owned(),
        Expr::NumberLiteral(number) => match &number.value {
            Number::Int(integer) => integer.to_string(),
            other => panic!("unexpected {other:?}"),
        },
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => {
            format!("-{}", text(&unary.operand, assigned))
        }
        Expr::Tuple(tuple) => {
            let items: Vec<String> = tuple.elts.iter().map(|item| text(item, assigned)).collect();
            match items.as_slice() {
                [item] => format!("({item},)"),
                items => format!("({})", items.join(", ")),
            }
        }
        Expr::Call(call) => {
            let positional = call.arguments.args.iter().map(|item| text(item, assigned));
            let keywords = call.arguments.keywords.iter().map(|keyword| {
                let name = keyword.arg.as_ref().expect("a keyword");
                format!("{name}={}", text(&keyword.value, assigned))
            });
            let arguments: Vec<String> = positional.chain(keywords).collect();
            format!("{}({})", text(&call.func, assigned), arguments.join(", "))
        }
        other => panic!("unexpected {other:?}"),
    }
}

proptest! {
    #[test]
    fn both_inline_alike(source in program_source()) {
        let module = parse_module(&source);
        prop_assert_eq!(&module.skipped, &[]);
        let ours = module.programs[0].inlined(u64::MAX).unwrap();
        let expected = format!("def solve(S, I, C):\n    return {}", inlined_by_ruff(&source));
        prop_assert_eq!(ours, expected);
    }

    /// Pieces that programs are made of, in any order: whatever ours takes,
    /// ruff takes too.
    #[test]
    fn what_ours_accepts_is_python(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "x1", "f", "I", "(", ")", ",", " = ", "=", "1", "-1", "True", "\n    ", "\n", ";",
                "return ", "return x1\n", "'s'", "# c\n", " ", "def g(S):\n    return S\n", "lambda",
                "if ", ":", "[", "]", "\\\n", "\"\"\"d\"\"\"", "0x1f", "007", "1_0", "import a\n", "\t",
            ]),
            0..20,
        )
    ) {
        let source = format!("def solve(S, I, C):\n    {}\n    return I\n", pieces.concat());
        let module = parse_module(&source);
        if module.skipped.is_empty() {
            let parsed = ruff_python_parser::parse_module(&source);
            prop_assert!(parsed.is_ok(), "{:?}\n{}", parsed.err(), source);
        }
    }
}
