//! The modules that the reference generates.
//!
//! ```python
//! def batt(task_id, S, I, C, log_path):
//!     s = []
//!     o = []
//!     try:
//!         t1 = rot90(I)
//!     except (TypeError, ValueError):
//!         t1 = _get_safe_default(rot90)
//!     o.append((1, False, '0520fde7', t1))
//!     t2 = equality(t1, C)
//!     s.append((2, '0520fde7', 'differ_equal', t2))
//!     return o, s
//! ```
//!
//! Such a module is read in one pass, as a text: it is never run. Before the
//! function stand imports, which say nothing here. A call stands in a `try`
//! with its default or, as the reference's vectorized form has it, alone; which
//! errors the `except` names says nothing either, for evaluation knows when a
//! call yields its default. All else has to be what the reference writes: what
//! is not understood is an error and not passed over.
//!
//! # Whose output a differ compares
//!
//! A differ's entry names a task and no call. The reference writes the differs
//! of a solver right after the solver's output, so the solver is the last one
//! of that task before the entry; `'None'` stands for the baseline.
//!
//! # Which differ is applied
//!
//! The reference mutates a differ where it is applied to the input, its baseline,
//! and nowhere else; but the mutated one is what it keeps. So that what is kept
//! is what was scored, the baseline's program is applied to each output here: its
//! calls come after those of the file, whose numbers stay.

mod reader;
mod writer;
