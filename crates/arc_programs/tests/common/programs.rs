//! Random programs, as text.

use std::fmt::Write;

use proptest::prelude::*;

/// How one argument of a call is written, before names are known.
#[derive(Clone, Debug)]
enum Operand {
    /// The result of an earlier line, counted back from the last.
    Line(prop::sample::Index),
    Parameter(prop::sample::Index),
    Name(&'static str),
    Integer(i64),
    Boolean(bool),
    Tuple(Vec<i64>),
    /// A call nested in the argument.
    Nested(&'static str, Vec<Operand>),
}

#[derive(Clone, Debug)]
struct Line {
    callee: Operand,
    arguments: Vec<Operand>,
    has_keywords: bool,
    /// Takes the name of an earlier line instead of a new one.
    reuses_name: bool,
    /// `x2 = x1`, without a call.
    is_alias: bool,
    spacing: usize,
}

const NAMES: [&str; 8] = [
    "rot90",
    "objects",
    "ZERO",
    "F0",
    "identity",
    "T",
    "sizefilter",
    "o_g",
];
const PARAMETERS: [&str; 3] = ["S", "I", "C"];
const KEYWORDS: [&str; 3] = ["grid", "container", "n"];

fn atom() -> impl Strategy<Value = Operand> {
    prop_oneof![
        4 => any::<prop::sample::Index>().prop_map(Operand::Line),
        2 => any::<prop::sample::Index>().prop_map(Operand::Parameter),
        2 => prop::sample::select(NAMES.as_slice()).prop_map(Operand::Name),
        1 => prop_oneof![-20..20_i64, any::<i64>()].prop_map(Operand::Integer),
        1 => any::<bool>().prop_map(Operand::Boolean),
        1 => prop::collection::vec(-9..9_i64, 0..4).prop_map(Operand::Tuple),
    ]
}

fn operand() -> impl Strategy<Value = Operand> {
    let name = prop::sample::select(NAMES.as_slice());
    prop_oneof![
        5 => atom(),
        1 => (name, prop::collection::vec(atom(), 0..3))
            .prop_map(|(name, arguments)| Operand::Nested(name, arguments)),
    ]
}

fn line() -> impl Strategy<Value = Line> {
    let callee = prop_oneof![
        4 => prop::sample::select(NAMES.as_slice()).prop_map(Operand::Name),
        1 => any::<prop::sample::Index>().prop_map(Operand::Line),
    ];
    (
        callee,
        prop::collection::vec(operand(), 0..4),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.05),
        0..5_usize,
    )
        .prop_map(
            |(callee, arguments, has_keywords, reuses_name, is_alias, spacing)| Line {
                callee,
                arguments,
                has_keywords,
                reuses_name,
                is_alias,
                spacing,
            },
        )
}

/// The source of a solver of 1 to 24 lines, written in varied ways, some of it
/// unused.
pub fn program_source() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 1..24).prop_map(|lines| render(&lines))
}

fn render(lines: &[Line]) -> String {
    let mut text = "def solve(S, I, C):\n".to_owned();
    // Whether the line of each name is a call, which alone may be called.
    let mut names: Vec<(String, bool)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let name = match names.last() {
            Some((last, _)) if line.reuses_name => last.clone(),
            _ => format!("x{}", index + 1),
        };
        let mut value = String::new();
        if line.is_alias {
            push_operand(&mut value, &line.callee, &names);
        } else {
            match &line.callee {
                Operand::Line(index) => {
                    let callable: Vec<_> = names.iter().filter(|(_, is_call)| *is_call).collect();
                    match callable.as_slice() {
                        [] => value.push_str("identity"),
                        callable => value.push_str(&index.get(callable).0),
                    }
                }
                callee => push_operand(&mut value, callee, &names),
            }
            value.push('(');
            for (index, argument) in line.arguments.iter().enumerate() {
                if index > 0 {
                    value.push_str([", ", ",", " , ", ",\n        ", ", "][line.spacing]);
                }
                if let Some(keyword) = KEYWORDS.get(index).filter(|_| line.has_keywords) {
                    let _ = write!(value, "{keyword}=");
                }
                push_operand(&mut value, argument, &names);
            }
            value.push(')');
        }
        let equals = [" = ", "=", " = ", "  =  ", " ="][line.spacing];
        let comment = ["", "  # a note", "", "\n    # a note", "\n"][line.spacing];
        let _ = writeln!(text, "    {name}{equals}{value}{comment}");
        let is_call = !line.is_alias || matches!(line.callee, Operand::Name(_));
        names.retain(|(own, _)| *own != name);
        names.push((name, is_call));
    }
    let (last, _) = names.last().expect("at least one line");
    let _ = writeln!(text, "    return {last}");
    text
}

fn push_operand(text: &mut String, operand: &Operand, names: &[(String, bool)]) {
    match operand {
        Operand::Line(_) if names.is_empty() => text.push('I'),
        Operand::Line(index) => text.push_str(&index.get(names).0),
        Operand::Parameter(index) => text.push_str(PARAMETERS[index.index(PARAMETERS.len())]),
        Operand::Name(name) => text.push_str(name),
        Operand::Integer(integer) => {
            let _ = write!(text, "{integer}");
        }
        Operand::Boolean(true) => text.push_str("True"),
        Operand::Boolean(false) => text.push_str("False"),
        Operand::Tuple(items) => {
            text.push('(');
            for item in items {
                let _ = write!(text, "{item}, ");
            }
            text.push(')');
        }
        Operand::Nested(name, arguments) => {
            let _ = write!(text, "{name}(");
            for argument in arguments {
                push_operand(text, argument, names);
                text.push_str(", ");
            }
            text.push(')');
        }
    }
}
