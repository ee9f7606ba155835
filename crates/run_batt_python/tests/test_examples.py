"""The examples do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path):
    ran = subprocess.run([sys.executable, str(path)], check=True, capture_output=True, text=True)
    assert ran.stdout and not ran.stderr


def test_they_are_there():
    assert len(EXAMPLES) == 3
