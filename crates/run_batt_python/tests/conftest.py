"""What tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

import run_batt

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def tasks() -> dict[str, run_batt.Task]:
    """The fixtures' tasks, by name."""
    return {task.name: task for task in run_batt.fixtures()}


@pytest.fixture(scope="session")
def solvers() -> dict[str, run_batt.Program]:
    """The fixtures' solvers, by the name of their task."""
    programs = {}
    for path in sorted((REPOSITORY / "fixtures" / "solvers").glob("*.py")):
        parsed, skipped = run_batt.parse_module(path.read_text())
        assert not skipped
        programs.update({own.name.removeprefix("solve_"): own for own in parsed})
    return programs
