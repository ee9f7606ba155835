"""What Python pays: the fixtures' solvers, the border, a call.

``python crates/run_batt_python/benches/border.py``, with run_batt installed; beside it
``cargo bench --bench evaluation -- solvers`` for the library alone. Times are the least of many
rounds, of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import run_batt
from run_batt import Program, dsl

REPOSITORY = Path(__file__).resolve().parents[3]
ROUNDS = 200


def least(work: Callable[[], object], times: int = 1) -> float:
    """Seconds that some work takes, done so many times in a row, at least."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begun)
    return best / times


def solvers() -> list[tuple[Program, run_batt.Task]]:
    """The fixtures' solvers, each with its task."""
    tasks = {task.name: task for task in run_batt.fixtures()}
    found = []
    for path in sorted((REPOSITORY / "fixtures" / "solvers").glob("*.py")):
        for program in run_batt.parse_module(path.read_text())[0]:
            found.append((program, tasks[program.name.removeprefix("solve_")]))
    return found


def main() -> None:
    pairs = solvers()
    samples = sum(len(task.samples) for _, task in pairs)
    print(f"{len(pairs)} solvers on their {samples} samples")

    def evaluated() -> None:
        for program, task in pairs:
            program.on_task(task)

    texts = [program.expanded() for program, _ in pairs]

    def parsed() -> None:
        for text, (_, task) in zip(texts, pairs):
            Program.parse(text).on_task(task)

    def looked_at() -> None:
        for program, task in pairs:
            for own in program.on_task(task):
                own.output

    print(f"  evaluated            {least(evaluated) * 1e3:8.3f} ms")
    print(f"  and parsed before    {least(parsed) * 1e3:8.3f} ms")
    print(f"  and outputs in Python{least(looked_at) * 1e3:8.3f} ms")

    rows = tuple(tuple((row * column) % 10 for column in range(10)) for row in range(10))
    grid = dsl.identity(rows)
    call = least(lambda: dsl.identity(5), 1000)
    way_in = least(lambda: dsl.height_t(rows), 1000) - least(lambda: dsl.height_t(grid), 1000)
    way_out = least(lambda: dsl.identity(grid), 1000) - call
    print(f"a call of a primitive  {call * 1e6:8.3f} µs")
    print(f"10 x 10 cells, in      {way_in * 1e6:8.3f} µs, {least(lambda: dsl.height_t(grid), 1000) * 1e6:.3f} µs with a call where they crossed before")
    print(f"10 x 10 cells, out     {way_out * 1e6:8.3f} µs")


if __name__ == "__main__":
    main()
