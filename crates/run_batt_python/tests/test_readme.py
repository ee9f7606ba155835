"""The README's Python does what it says."""

from __future__ import annotations

import doctest
import os

from conftest import REPOSITORY


def test_the_examples_of_the_readme_hold(tmp_path):
    text = (REPOSITORY / "README.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    examples = [block for block in blocks if block.startswith(">>>")]
    assert len(examples) == 1
    test = doctest.DocTestParser().get_doctest(examples[0], {}, "README.md", None, None)
    told: list[str] = []
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        result = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    finally:
        os.chdir(before)
    assert result.failed == 0 and result.attempted > 5, "".join(told)
