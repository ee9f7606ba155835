"""The module of primitives: its names, its types, its examples."""

from __future__ import annotations

import doctest
import inspect
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

import run_batt
from run_batt import _dsl_types, _grid, _native, dsl


def test_all_that_the_binary_knows_is_here():
    listed = subprocess.run(["run_batt", "dsl", "--format", "json"], check=True, capture_output=True, text=True)
    named = json.loads(listed.stdout)
    primitives = {own["name"] for own in named["primitives"]}
    assert primitives == set(_native.primitives())
    for name in dsl.__all__:
        assert getattr(dsl, name) == run_batt.evaluate(name) or name == "nan"
    space: dict[str, object] = {}
    exec("from run_batt.dsl import *", space)
    assert {"objects", "rot90", "ZERO"} <= set(space)


def test_the_types_are_current():
    path = Path(dsl.__file__).with_name("dsl.pyi")
    assert path.read_text() == _dsl_types.text(), "python -m run_batt._dsl_types writes them"


def documented() -> list[tuple[str, str]]:
    """Every docstring of the module that has examples."""
    found = [(module.__name__, module.__doc__ or "") for module in (run_batt, dsl, _grid)]
    for name in run_batt.__all__:
        member = getattr(run_batt, name)
        if isinstance(member, (str, ModuleType)):
            continue
        found.append((name, member.__doc__ or ""))
        if inspect.isclass(member):
            found += [(f"{name}.{inner}", getattr(own, "__doc__", None) or "") for inner, own in vars(member).items()]
    return [(name, text) for name, text in found if isinstance(text, str) and ">>>" in text]


@pytest.mark.parametrize(("name", "text"), documented(), ids=lambda own: own[:30].split("\n")[0])
def test_the_examples_of_docstrings_hold(name, text):
    space = {"run_batt": run_batt, **{own: getattr(run_batt, own) for own in run_batt.__all__}}
    test = doctest.DocTestParser().get_doctest(text, space, name, None, None)
    told: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert result.failed == 0, "".join(told)
    assert result.attempted > 0


def test_everything_says_what_it_is():
    for name in run_batt.__all__:
        member = getattr(run_batt, name)
        if name in ("__version__", "Function"):
            continue
        assert member.__doc__, name
        if inspect.isclass(member) and not issubclass(member, (BaseException, tuple)):
            for inner, own in vars(member).items():
                if not inner.startswith("_"):
                    assert own.__doc__, f"{name}.{inner}"
    for name, primitive in _native.primitives().items():
        assert primitive.__doc__, name


def test_a_program_against_a_dsl_of_pythons_runs_by_its_import(tasks, solvers):
    for name, program in solvers.items():
        space: dict[str, object] = {}
        text = program.expanded()
        exec("from run_batt.dsl import *\n" + text, space)
        solve = space[program.name]
        for sample in tasks[name].samples:
            assert solve(tasks[name].S, sample.input, None) == sample.output
