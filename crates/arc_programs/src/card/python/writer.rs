//! A card as the modules that the reference imports: the calls as a function
//! `batt`, and a table of them by number.

use std::collections::HashMap;
use std::fmt::Write;

use crate::card::mutation::{Type, types_of};
use crate::card::term::{Call, CallId};
use crate::card::{Card, DifferEntry};
use crate::task::TaskName;

const FAILURES: &str = "(TypeError, AttributeError, ValueError, IndexError, KeyError)";

impl Card {
    /// The module `<name>_run.py`: each call under its number, with the default
    /// that it yields where it fails, then what solvers and differs yield.
    ///
    /// [Reading](Card::from_text) it gives a card of the same calls and entries.
    pub fn to_python(&self) -> String {
        let mut module = String::with_capacity(160 * self.len() + 1024);
        // Writing to a `String` does not fail.
        if let Some(seed) = self.seed {
            let _ = writeln!(module, "# A card of run_batt, seed {seed}.");
        }
        module.push_str(
            "from dsl import *\nfrom constants import *\nfrom safe_dsl import _get_safe_default\n\n\
             def batt(task_id, S, I, C, log_path):\n    s = []\n    o = []\n",
        );
        for (id, call) in self.calls() {
            let callee = call.callee;
            let _ = write!(
                module,
                "    try:\n        {id} = {call}\n    except {FAILURES}:\n        {id} = _get_safe_default({callee})\n"
            );
        }
        let mut applied: HashMap<Option<CallId>, Vec<DifferEntry<'_>>> = HashMap::new();
        for differ in self.differs() {
            applied.entry(differ.solver).or_default().push(differ);
        }
        let mut push_differs = |module: &mut String, solver, task: Option<TaskName>| {
            let task = task.map_or("None".to_owned(), |task| task.to_string());
            for differ in applied.remove(&solver).unwrap_or_default() {
                let DifferEntry { call, name, .. } = differ;
                let number = call.number();
                let _ = writeln!(
                    module,
                    "    s.append(({number}, '{task}', '{name}', {call}))"
                );
            }
        };
        push_differs(&mut module, None, None);
        for solver in self.solvers() {
            let (number, call, task) = (solver.call.number(), solver.call, solver.task);
            let mutated = if solver.mutated { "True" } else { "False" };
            let _ = writeln!(
                module,
                "    o.append(({number}, {mutated}, '{task}', {call}))"
            );
            // A differ is of the last solver of its task before it.
            push_differs(&mut module, Some(solver.call), Some(task));
        }
        module.push_str("    return o, s\n");
        module
    }

    /// The module `<name>_run_call.py`: callee and arguments of each call by its
    /// number, with the hint on what it yields.
    pub fn to_python_calls(&self) -> String {
        let mut module = String::from(
            "from collections import namedtuple\n\n\
             HintValue = namedtuple('HintValue', 'hint value')\n\nt_call = {\n",
        );
        for ((id, call), yielded) in self.calls().zip(types_of(self)) {
            let hint = match yielded {
                Type::Function(_) => Some("Callable"),
                Type::Value(hint) => hint.name(),
            };
            let hint = hint.map_or("None".to_owned(), |name| format!("'{name}'"));
            let parts = parts(call);
            let number = id.number();
            let _ = writeln!(module, "    {number}: HintValue({hint}, ({parts})),");
        }
        module.push_str("}\n");
        module
    }
}

/// Callee and arguments as the items of a Python tuple of strings.
fn parts(call: Call<'_>) -> String {
    let mut parts = format!("'{}',", call.callee);
    for (keyword, term) in call.arguments.iter() {
        let _ = match keyword {
            Some(keyword) => write!(parts, " '{keyword}={term}',"),
            None => write!(parts, " '{term}',"),
        };
    }
    parts
}
