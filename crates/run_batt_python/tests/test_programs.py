"""Tasks, programs, cards: what the binary says of them, from Python."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import threading

import pytest
from conftest import REPOSITORY

import run_batt
from run_batt import Card, CardError, LimitError, Program, ProgramError, Task, TaskError, evaluate

TASKS = REPOSITORY / "fixtures" / "tasks"


def test_tasks_are_read_in_all_ways(tasks, tmp_path):
    loaded = Task.load(TASKS / "3c9b0459.json")
    own = tasks["3c9b0459"]
    assert loaded.name == "3c9b0459" and loaded.to_dict() == own.to_dict()
    data = json.loads((TASKS / "3c9b0459.json").read_text())
    assert Task.from_dict(data, "3c9b0459").to_dict() == loaded.to_dict()
    assert Task.from_json(json.dumps(data)).to_dict() == loaded.to_dict()
    assert [task.name for task in run_batt.load_tasks(TASKS)] == sorted(tasks)
    assert pickle.loads(pickle.dumps(own)).to_dict() == own.to_dict()
    assert own.sample("demo:1").input == own.demo[1].input and own.demo[1].input is own.demo[1].input
    assert own.S == tuple((sample.input, sample.output) for sample in own.demo)
    for missing in ("demo:99", "test:-1", "demo", ""):
        with pytest.raises(KeyError, match="it has 4 demo samples"):
            own.sample(missing)
    (tmp_path / "0520fde7.json").write_text("{")
    with pytest.raises(TaskError, match="0520fde7.json: line 1"):
        Task.load(tmp_path / "0520fde7.json")
    with pytest.raises(TaskError, match="no-such.json: cannot be read"):
        Task.load(tmp_path / "no-such.json")


def test_tasks_show_themselves(tasks):
    html = tasks["3c9b0459"]._repr_html_()
    assert html.count("<svg") == 10 and "3c9b0459" in html and "test:0" in html
    output = Program.parse("rot180(I)").on_sample(tasks["3c9b0459"], "test:0")
    assert output._repr_html_().startswith("<svg")
    unknown = Task.from_dict({"train": [], "test": [{"input": [[1]]}]})
    assert "not known" in unknown._repr_html_()


def test_programs_are_named_as_the_binary_names_them(solvers):
    path = REPOSITORY / "fixtures" / "solvers" / "first.py"
    said = subprocess.run(["run_batt", "inline", path, "--md5"], check=True, capture_output=True, text=True)
    programs, _ = run_batt.parse_module(path.read_text())
    for program in programs:
        # A store keeps them as `solve`.
        text = program.inlined()
        assert program.identity == hashlib.md5(text.encode()).hexdigest()
        assert Program.parse(program.expanded()) == program
        assert hash(Program.parse(program.expanded())) == hash(program)
    assert len(said.stdout.split()) >= len(programs)


def test_solvers_solve_their_tasks(tasks, solvers):
    assert len(solvers) == 27
    for name, program in solvers.items():
        outputs = program.on_task(tasks[name])
        assert all(own.is_exact and own.score == 1000 and own.has_value for own in outputs)
        assert [own.output for own in outputs] == [own.output for own in tasks[name].samples]
        # As the function that it is.
        sample = tasks[name].demo[0]
        assert program(tasks[name].S, sample.input, None) == sample.output


def test_a_solver_does_not_see_what_is_expected(tasks):
    task = tasks["3c9b0459"]
    assert [own.output for own in Program.parse("identity(C)").on_task(task)] == [None] * 5
    assert evaluate("C", C=5) == 5 and evaluate("identity(C)") is None


def test_what_is_no_program_is_told():
    with pytest.raises(ProgramError, match="did you mean rot90?"):
        evaluate("rot91(I)")
    with pytest.raises(ProgramError, match="line 1, column 7"):
        Program.parse("rot90(")
    with pytest.raises(ProgramError, match="found 2 functions, expected one"):
        Program.parse("def a(S, I, C):\n    return I\n\ndef b(S, I, C):\n    return I\n")
    assert Program.parse("rot90(I, I)").concerns() != []


def test_arguments_stand_in_the_order_of_the_program_s_parameters():
    grid = ((1, 2), (3, 4))
    own = Program.parse("def solve(I):\n    return rot90(I)")
    assert own(grid) == own(I=grid) == ((3, 1), (4, 2))
    all_three = Program.parse("def solve(S, I, C):\n    return astuple(I, C)")
    assert all_three((), 1, 2) == all_three((), C=2, I=1) == (1, 2)
    for arguments, keywords, told in [
        ((grid, grid), {}, r"found 2 arguments, expected \(I\) at most"),
        ((grid,), {"I": grid}, "found two arguments for I"),
    ]:
        with pytest.raises(TypeError, match=told):
            own(*arguments, **keywords)


def test_programs_hash_by_what_they_say():
    numbers = range(100)
    programs = [Program.parse(f"replace(I, {100 + number}, {200 + number})") for number in numbers]
    assert len({hash(program) for program in programs}) > 90
    assert len({*programs, *(Program.parse(str(program)) for program in programs)}) == len(programs)


def test_limits_are_keyword_arguments(tasks):
    program = Program.parse("repeat(1, 1000)")
    assert len(program()) == 1000
    with pytest.raises(LimitError):
        program(call_steps=10)
    outputs = program.on_task(tasks["3c9b0459"], call_steps=10)
    assert [own.has_value for own in outputs] == [False] * 5
    assert {own.output for own in outputs} == {None}
    for timeout in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="timeout"):
            program(timeout=timeout)
    with pytest.raises(OverflowError):
        program(steps=-1)


def test_cards_are_built_written_read_and_scored(tasks, solvers, tmp_path):
    differ = Program.parse("astuple(1, add(equality(I, C), 0))")
    card = Card.build(list(solvers.items()), [("differ_equal", differ)])
    assert len(card.solvers) == 27 and len(card.differs) == 28
    assert card.solvers[0]["task"] == next(iter(solvers)) and card.differs[0]["solver"] is None
    assert [own.inlined() for own in card.programs()] == [
        own.inlined().replace(own.name, "solve", 1) for own in solvers.values()
    ]
    again = Card.from_text(card.to_json())
    assert again.calls == card.calls
    (tmp_path / "card.json").write_text(card.to_json())
    assert Card.load(tmp_path / "card.json").calls == card.calls
    rows = card.scores(list(tasks.values()))
    assert len(rows) == 27 * 55
    for row in rows:
        if row["role"] == "solver" and row["of"] == row["task"]:
            assert row["score"] == row["full_score"]
    assert rows == card.scores(list(tasks.values()), workers=1)
    with pytest.raises(TaskError, match="is not a task's name"):
        Card.build([("", differ)])
    with pytest.raises(CardError, match="card"):
        Card.from_text("{")
    with pytest.raises(CardError, match="cannot be read"):
        Card.load(tmp_path / "nothing.json")


def test_threads_of_python_go_on_meanwhile(tasks, solvers):
    counted = []
    ended = threading.Event()

    def count() -> None:
        while not ended.is_set():
            counted.append(1)
            ended.wait(0.0005)

    counter = threading.Thread(target=count)
    card = Card.build(list(solvers.items()))
    counter.start()
    card.scores(list(tasks.values()) * 20)
    ended.set()
    counter.join()
    assert len(counted) > 1


ORIGINAL = """
def solve_0520fde7(I):
    x1 = ofcolor(I, ONE)
    return fill(I, TWO, x1)
"""


@pytest.mark.parametrize("call", ["program()", "program.on_task(task)", "card.scores([task])"])
def test_a_process_ends_in_order_while_a_daemon_evaluates(call):
    text = f"""
import threading, time
from run_batt import Card, Program, fixtures
program = Program.parse("apply(power(increment, 900), interval(0, 300, 1))")
task = fixtures()[0]
card = Card.build([("a", program)])
begun = threading.Event()
def evaluate():
    while True:
        {call}
        begun.set()
threading.Thread(target=evaluate, daemon=True).start()
begun.wait()
"""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", text], check=True, timeout=60)


def test_programs_of_the_original_dialect():
    program = run_batt.Program.parse(ORIGINAL, dialect="arc-dsl")
    assert program.dialect == "arc-dsl"
    assert program(I=((1, 0), (0, 1))) == ((2, 0), (0, 2))
    assert run_batt.Program.parse("rot90(I)").dialect == "reference"
    # Equal text has two meanings.
    both = [run_batt.Program.parse("rot90(I)", dialect=own) for own in ("arc-dsl", "reference")]
    assert both[0] != both[1]
    again = pickle.loads(pickle.dumps(program))
    assert again == program and again.dialect == "arc-dsl"
    with pytest.raises(ValueError, match="expected 'reference' or 'arc-dsl'"):
        run_batt.Program.parse("I", dialect="other")
    with pytest.raises(run_batt.ProgramError, match="TypeError"):
        run_batt.evaluate("first(ZERO)", I=((1,),), dialect="arc-dsl")
    # A function of it is none that Python has.
    with pytest.raises(run_batt.ProgramError, match="a function of arc-dsl"):
        run_batt.evaluate("astuple(rot90, ONE)", dialect="arc-dsl")
    cells = run_batt.evaluate("asobject(I)", I=((1, 2),), dialect="arc-dsl")
    assert cells == {(1, (0, 0)), (2, (0, 1))}


def test_a_dialect_is_guessed_where_names_leave_no_doubt():
    for text in ["mostcolor(I)", "def solve(I):\n    x1 = mostcolor(I)\n    return I\n"]:
        assert run_batt.Program.parse(text).dialect == "arc-dsl"
        told = run_batt.Program.parse(text, dialect="reference")
        assert told.dialect == "reference"
    assert run_batt.Program.parse("mostcolor(hmirror_t(I))").dialect == "reference"
    programs, _ = run_batt.parse_module("def solve(I):\n    return mostcolor(I)\n")
    assert [own.dialect for own in programs] == ["arc-dsl"]
    assert run_batt.evaluate("mostcolor(I)", I=((1, 2), (2, 2))) == 2


def test_programs_without_lines_of_a_text_come_back_equal():
    parsed = run_batt.Program.parse("mostcolor(I)", dialect="arc-dsl")
    original = run_batt.Program.parse(ORIGINAL, dialect="arc-dsl")
    of_card = run_batt.Card.build([("0520fde7", original)]).programs()[0]
    mutant = run_batt.mutate(original, 3)
    for program in [parsed, of_card, mutant]:
        assert pickle.loads(pickle.dumps(program)) == program
        assert run_batt.Program.parse(str(program), dialect="arc-dsl") == program


def test_lines_that_nothing_uses_end_a_program_where_failing_calls_do():
    idle = "def solve(I):\n    x1 = first(ZERO)\n    x2 = mostcolor(I)\n    return x2\n"
    plain = idle.replace("    x1 = first(ZERO)\n", "")
    task = run_batt.fixtures()[0]
    programs, _ = run_batt.parse_module(idle)
    for program in [run_batt.Program.parse(idle), *programs]:
        for again in [program, pickle.loads(pickle.dumps(program))]:
            with pytest.raises(run_batt.ProgramError, match="TypeError"):
                again(I=((1, 2), (2, 2)))
            assert again.on_sample(task, "test:0").exception == "TypeError"
            assert again == program and again != run_batt.Program.parse(plain)
            assert "first(ZERO)" in str(again) and "first" not in again.inlined()
    assert run_batt.Program.parse(plain)(I=((1, 2), (2, 2))) == 2
    # The first one that fails says why, and in the reference's dialect none matters.
    early = "    x0 = subtract(height(I), height(I))\n    x1 = divide(ONE, x0)\n    x2 = first(ZERO)\n"
    early = f"def solve(I):\n{early}    return mostcolor(I)\n"
    ended = run_batt.Program.parse(early, dialect="arc-dsl").on_sample(task, "test:0")
    assert ended.exception == "ZeroDivisionError"
    concerned = run_batt.Program.parse(idle.replace("first(ZERO)", "first(I, I)"))
    assert "first" in " ".join(concerned.concerns())
    idle = "def solve(S, I, C):\n    x1 = first(ZERO)\n    return rot90(I)\n"
    assert run_batt.Program.parse(idle)(I=((1, 2),)) == ((1,), (2,))


def test_cards_of_the_original_dialect():
    program = run_batt.Program.parse(ORIGINAL, dialect="arc-dsl")
    card = run_batt.Card.build([("0520fde7", program)])
    assert card.dialect == "arc-dsl"
    again = run_batt.Card.from_text(card.to_json(), "card.json")
    assert again.dialect == "arc-dsl" and again.programs()[0].dialect == "arc-dsl"
    assert again.programs()[0].parameters == ["I"]
    other = run_batt.Program.parse("rot90(I)")
    with pytest.raises(run_batt.CardError, match="arc-dsl and reference"):
        run_batt.Card.build([("0520fde7", program), ("0520fde7", other)])
