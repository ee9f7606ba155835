"""What the reference's own check of solvers takes, to be held against ``border.py``.

``python crates/run_batt_python/benches/reference_check.py FOLDER`` with the modules of the
reference in a folder, an empty folder ``solver_dir`` beside them, and numpy and tqdm installed:
``check_solver`` of its ``run_test``, as its ``run_batt.py`` calls it for a solver that it has not
checked before, on the fixtures' solvers and all samples of their tasks. It executes the text of
the solver, calls it on a thread of its executor for each sample, with a timeout, and scores
what comes. The least of many rounds, of the processor and by the clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
ROUNDS = 100
IMPORTS = "from dsl import *\nfrom constants import *\n\n"
FUNCTION = re.compile(r"^def (solve_(\w{8})\w*)\(.*?(?=^def |\Z)", re.MULTILINE | re.DOTALL)


def samples(task: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [{side: tuple(map(tuple, sample[side])) for side in ("input", "output")} for sample in task[part]]


async def main(check_solver: Any) -> None:
    data: dict[str, dict[str, Any]] = {"demo": {}, "test": {}}
    solvers = []
    for path in sorted((FIXTURES / "solvers").glob("*.py")):
        for function in FUNCTION.finditer(path.read_text()):
            name, task = function.groups()
            read = json.loads((FIXTURES / "tasks" / f"{task}.json").read_text())
            data["demo"][task], data["test"][task] = samples(read, "train"), samples(read, "test")
            solvers.append((task, name, IMPORTS + function[0].replace(name, "solve", 1)))
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time(), time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            checks = [await check_solver(data, text, task, name, timeout=1) for task, name, text in solvers]
        rounds.append((time.process_time() - begun[0], time.perf_counter() - begun[1]))
    assert not any(timed_out for timed_out, _ in checks)
    processor, clock = (min(own) * 1e3 for own in zip(*rounds))
    print(f"{len(solvers)} solvers, scored {sum(score for _, score in checks)}: {processor:.1f} ms, {clock:.1f} ms by the clock")


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    import run_test  # type: ignore[import-not-found]

    asyncio.run(main(run_test.check_solver))
