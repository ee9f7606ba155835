"""Evaluates a solver on the samples of a task, and a primitive on a grid."""

from __future__ import annotations

from run_batt import Program, dsl, fixtures

TEXT = """
def solve_3c9b0459(S, I, C):
    return rot180(I)
"""


def main() -> None:
    tasks = {task.name: task for task in fixtures()}
    task = tasks["3c9b0459"]
    solver = Program.parse(TEXT)
    for own in solver.on_task(task):
        print(own.sample, own.is_exact, own.score, own.steps)
    turned = dsl.rot180(task.demo[0].input)
    print(turned == task.demo[0].output, solver.identity)


if __name__ == "__main__":
    main()
