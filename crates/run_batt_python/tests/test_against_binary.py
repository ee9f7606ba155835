"""Random programs give the same JSON through Python and through the binary."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
from typing import Any

import run_batt
from run_batt import FrozenSet, Function, LimitError, Program, _native

PROGRAMS = int(os.environ.get("PROGRAMS", "400"))


def encoded(value: Any) -> Any:
    """A value as the binary writes it."""
    if isinstance(value, float):
        text = "nan" if math.isnan(value) else repr(value)
        return {"float": text}
    if isinstance(value, tuple):
        return [encoded(item) for item in value]
    if isinstance(value, FrozenSet):
        return {"set": [encoded(item) for item in value]}
    if isinstance(value, Function):
        return {"fn": value.__name__} if value.required is not None else {"closure": True}
    return value


def random_program(chance: random.Random) -> str:
    """A program of a few calls, of which most make some sense."""
    primitives = _native.primitives()
    names, constants = sorted(primitives), sorted(_native.constants())
    lines = ["def solve(S, I, C):"]
    made: list[str] = []
    for number in range(1, chance.randint(2, 9)):
        name = chance.choice(names)
        arguments = []
        for _ in primitives[name].parameters:
            places = [["I"], made or ["I"], constants, names, ["S"], ["True", "0", "3", "(1, 2)"]]
            kind = chance.choices(places, weights=[4, 6, 2, 1, 1, 1])[0]
            arguments.append(chance.choice(kind))
        lines.append(f"    x{number} = {name}({', '.join(arguments)})")
        made.append(f"x{number}")
    return "\n".join([*lines, f"    return {made[-1]}", ""])


def test_random_programs_give_the_same_json():
    chance = random.Random(20261126)
    tasks = run_batt.fixtures()
    asked = [(random_program(chance), chance.choice(tasks)) for _ in range(PROGRAMS)]
    lines = "".join(
        json.dumps({"program": text, "task": task.to_dict(), "samples": "all"}) + "\n" for text, task in asked
    )
    answers = subprocess.run(["run_batt", "eval", "--requests"], input=lines, check=True, capture_output=True, text=True)
    kinds = set()
    for (text, task), line in zip(asked, answers.stdout.splitlines()):
        said = json.loads(line)["samples"]
        outputs = Program.parse(text).on_task(task)
        ours = [
            {
                "sample": own.sample,
                "output": encoded(own.output),
                "exact": own.is_exact,
                "score": own.score,
                "steps": own.steps,
                "failures": own.failures,
                "met_limit": not own.has_value,
            }
            for own in outputs
        ]
        assert ours == said, text
        kinds.update(type(own.output).__name__ for own in outputs)
    assert {"tuple", "int", "FrozenSet", "Function", "bool"} <= kinds, kinds


def test_single_calls_give_the_same_json():
    chance = random.Random(7)
    primitives = sorted(_native.primitives().items())
    values = [0, 1, -3, True, None, (1, 2), ((1, 2), (3, 4)), (), ((0, 0, 5), (1, 1, 5)), FrozenSet([(0, 1), (2, 3)])]
    asked = []
    for _ in range(PROGRAMS):
        name, primitive = chance.choice(primitives)
        asked.append((name, [chance.choice(values) for _ in primitive.parameters]))
    lines = "".join(json.dumps({"fn": name, "args": [encoded(own) for own in args]}) + "\n" for name, args in asked)
    answers = subprocess.run(["run_batt", "eval", "--requests"], input=lines, check=True, capture_output=True, text=True)
    for (name, arguments), line in zip(asked, answers.stdout.splitlines()):
        try:
            ours = {"out": encoded(_native.primitive(name)(*arguments))}
        except LimitError as error:
            ours = {"error": str(error)}
        assert ours == json.loads(line), (name, arguments)
