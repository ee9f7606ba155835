"""Searches from Python, the store that they leave, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap

import pytest

import run_batt
from run_batt import Card, Program, SearchError, Store, StoreError

SEARCH = {"count": 3, "draw": 8, "seed": 7, "workers": 2}


def test_a_search_tells_what_happens_and_leaves_a_store(tmp_path):
    events = []
    summary = run_batt.search(tmp_path, rounds=2, on_event=events.append, **SEARCH)
    assert summary["rounds"] == 2 and summary["ending"] == "rounds" and summary["seed"] == 7
    kinds = [event["event"] for event in events]
    assert kinds[0] == "search_started" and kinds[-1] == "search_finished"
    assert kinds.count("round_started") == kinds.count("round_finished") == 2
    assert kinds.count("task_finished") == 6
    assert all(event["text"] and event["timestamp"] for event in events)
    found = next(event for event in events if event["event"] == "found")
    assert os.path.exists(found["path"])

    store = Store(tmp_path)
    programs = store.programs()
    assert programs and {own["role"] for own in programs} == {"solver"}
    best = programs[-1]
    program = store.program(best["identity"])
    assert program.inlined() and program.identity == best["identity"]
    task = next(own for own in run_batt.fixtures() if own.name == best["task"])
    assert sum(own.score or 0 for own in program.on_task(task)) == best["score"]
    assert len(store.records()) == 6 and len(store.records("timing")) == 12
    assert store.records()[0]["task_id"] in {own["task"] for own in programs}
    assert store.stats()["tasks"] == 3
    with pytest.raises(KeyError, match="no solver"):
        store.program("0" * 32)
    with pytest.raises(ValueError, match="'solver' or 'differ'"):
        store.programs("solvers")
    with pytest.raises(StoreError, match="found no store"):
        Store(tmp_path / "nowhere")


def test_the_command_comes_to_the_same_store(tmp_path):
    run_batt.search(tmp_path / "python", rounds=2, **SEARCH)
    command = ["run_batt", "search", "-q", "-c", "3", "--draw", "8", "--seed", "7", "--rounds", "2"]
    command += ["--data", "train", "--out", str(tmp_path / "command")]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    listed = [
        sorted((own["task"], own["score"], own["identity"]) for own in Store(tmp_path / name).programs())
        for name in ("python", "command")
    ]
    assert listed[0] == listed[1]


def test_rows_are_tables_of_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    run_batt.search(tmp_path, rounds=1, **SEARCH)
    table = pandas.DataFrame(Store(tmp_path).programs())
    assert table.groupby("task")["score"].max().min() > 0
    assert len(pandas.DataFrame(Store(tmp_path).records())) == 3


def test_a_callback_that_raises_ends_it_with_its_exception_and_nothing_else(tmp_path):
    class Enough(Exception):
        pass

    def raises(event):
        if event["event"] == "task_finished":
            raise Enough("enough")

    with pytest.raises(Enough, match="enough"):
        run_batt.search(tmp_path, on_event=raises, **SEARCH)
    # Nothing is poisoned: the same search goes on, and others begin.
    summary = run_batt.search(tmp_path, rounds=1, **SEARCH)
    assert summary["rounds"] + summary["rounds_before"] >= 1


def test_what_it_cannot_do_is_told(tmp_path):
    with pytest.raises(SearchError, match="unknown task `nothing`"):
        run_batt.search(tmp_path, rounds=1, only=["nothing"])
    with pytest.raises(SearchError, match="no tasks|no such|cannot be"):
        run_batt.search(tmp_path, rounds=1, tasks=tmp_path / "nowhere")
    with pytest.raises(ValueError, match="'train', 'eval' or 'both'"):
        run_batt.search(tmp_path, rounds=1, part="all")
    with pytest.raises(ValueError, match="probability"):
        run_batt.search(tmp_path, rounds=1, mutation=1.5)
    for workers in (0, 1025, 2**62):
        with pytest.raises(ValueError, match=f"found {workers} as workers, expected 1 to 1024"):
            run_batt.search(tmp_path, rounds=1, workers=workers)


@pytest.mark.parametrize("what", ["search", "unheard search", "scores"])
def test_ctrl_c_ends_it(tmp_path, what):
    program = textwrap.dedent(
        """
        import signal
        import sys
        import run_batt

        # Whoever runs the tests in the background has it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if sys.argv[1] == "search":
            told = iter(lambda: print("begun", flush=True), 0)
            run_batt.search(sys.argv[2], workers=1, on_event=lambda event: event["event"] == "task_finished" and next(told))
        elif sys.argv[1] == "unheard search":
            print("begun", flush=True)
            run_batt.search(sys.argv[2], workers=1, seconds=600)
        else:
            slow = run_batt.Program.parse("size(product(asindices(canvas(0, (30, 30))), asindices(canvas(0, (30, 30)))))")
            card = run_batt.Card.build([("3c9b0459", slow)])
            print("begun", flush=True)
            card.scores(run_batt.fixtures() * 10_000)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, what, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in told and process.returncode != 0


def _evaluates(queue) -> None:
    card = Card.build([("3c9b0459", Program.parse("rot180(I)"))])
    queue.put(card.scores(run_batt.fixtures(), workers=2)[0]["task"])


def test_a_process_forks_after_threads_were_started():
    card = Card.build([("3c9b0459", Program.parse("rot180(I)"))])
    card.scores(run_batt.fixtures(), workers=2)
    fork = multiprocessing.get_context("fork")
    queue = fork.Queue()
    child = fork.Process(target=_evaluates, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == run_batt.fixtures()[0].name
    child.join()
    assert child.exitcode == 0


def test_a_search_in_the_original_dialect(tmp_path):
    solvers = tmp_path / "solvers.py"
    solvers.write_text("def solve_3c9b0459(I):\n    x1 = hmirror(I)\n    return vmirror(x1)\n")
    out = tmp_path / "store"
    told = []
    run_batt.search(
        out, only=["3c9b0459"], solvers=[solvers], rounds=2, seed=7, workers=1, on_event=told.append
    )
    assert any("taken for arc-dsl" in own["text"] for own in told)
    store = run_batt.Store(out)
    assert store.dialect == "arc-dsl"
    best = store.programs()[-1]
    program = store.program(best["identity"])
    assert program.dialect == "arc-dsl" and program.parameters == ["I"]
    with pytest.raises(run_batt.SearchError, match="--dialect arc-dsl"):
        run_batt.search(out, only=["3c9b0459"], rounds=1, dialect="reference")
