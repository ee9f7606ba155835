"""Programs over ARC grids: evaluated, merged into cards, scored, searched for.

>>> import run_batt
>>> from run_batt import dsl
>>> task = next(own for own in run_batt.fixtures() if own.name == "3c9b0459")
>>> solver = run_batt.Program.parse("rot180(I)")
>>> all(own.is_exact for own in solver.on_task(task))
True
>>> dsl.rot180(task.test[0].input) == task.test[0].output
True

Values are Python's own: tuples, integers, booleans, floats, ``None``. A tuple that is a grid
is a ``Grid``, which is a tuple and shows itself in a notebook. A set is a ``FrozenSet``, which
equals the ``frozenset`` of the same items and iterates in the order that programs see. A
function is a ``Function``, which can be called.
"""

from __future__ import annotations

from collections.abc import Set as _Set

from run_batt import dsl
from run_batt._grid import Grid
from run_batt._native import (
    VERSION as __version__,
    Card,
    CardError,
    Error,
    FrozenSet,
    Function,
    LimitError,
    Output,
    Program,
    ProgramError,
    Sample,
    SearchError,
    Store,
    StoreError,
    Task,
    TaskError,
    evaluate,
    fixtures,
    load_tasks,
    mutate,
    mutation_weights,
    parse_module,
    search,
)

_Set.register(FrozenSet)

__all__ = [
    "Card",
    "CardError",
    "Error",
    "FrozenSet",
    "Function",
    "Grid",
    "LimitError",
    "Output",
    "Program",
    "ProgramError",
    "Sample",
    "SearchError",
    "Store",
    "StoreError",
    "Task",
    "TaskError",
    "__version__",
    "dsl",
    "evaluate",
    "fixtures",
    "load_tasks",
    "mutate",
    "mutation_weights",
    "parse_module",
    "search",
]
