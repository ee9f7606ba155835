"""Mutants, as a search makes them."""

from __future__ import annotations

import pytest

from run_batt import Program, mutate, mutation_weights

KINDS = sorted(mutation_weights())


@pytest.mark.parametrize("kind", KINDS)
def test_a_mutant_is_another_program_that_can_be_evaluated(kind, tasks, solvers):
    names = sorted(solvers)
    made = 0
    for seed, name in enumerate(names):
        program, task = solvers[name], tasks[name]
        donors = [solvers[other] for other in names[:4] if other != name]
        asked = {"task": task, "donors": donors, "weights": {kind: 1}}
        mutant = mutate(program, seed, **asked)
        assert mutant == mutate(program, seed, **asked), "the same for the same seed"
        if mutant is None:
            continue
        made += 1
        body = mutant.inlined().partition("\n")[2]
        assert body != program.inlined().partition("\n")[2]
        again = Program.parse(mutant.file(), mutant.dialect)
        assert again.inlined() == mutant.inlined() and mutant.parameters == ["S", "I", "C"]
        outputs, outputs_again = (own.on_task(task) for own in (mutant, again))
        assert [own.output for own in outputs] == [own.output for own in outputs_again] or callable(outputs[0].output)
    assert made > len(names) / 3, f"{kind}: {made} of {len(names)}"


def test_seeds_differ_and_so_do_mutants(solvers):
    program = solvers["0520fde7"]
    mutants = {mutate(program, seed).inlined() for seed in range(40)}
    assert len(mutants) > 20
    assert 0 < len(mutants & {mutate(program, seed).inlined() for seed in range(20, 60)}) < 40


def test_a_graft_comes_from_a_donor():
    program, donor = Program.parse("rot90(hmirror_t(I))"), Program.parse("upscale_t(trim(I), THREE)")
    grafts = [mutate(program, seed, donors=[donor], weights={"graft": 1}) for seed in range(10)]
    assert all("trim(I)" in own.inlined() for own in grafts)
    assert mutate(program, 1, weights={"graft": 1}) is None, "nothing that could be grafted"
    assert mutate(program, 1, weights={}) is None


def test_mutants_stay_in_their_dialect():
    program = Program.parse("mostcolor(rot90(I))", dialect="arc-dsl")
    mutant = mutate(program, 3)
    assert mutant.dialect == "arc-dsl" and mutant.inlined() != program.inlined()
    with pytest.raises(ValueError, match="donor in the dialect reference"):
        mutate(program, 3, donors=[Program.parse("rot90(I)")])


def test_what_is_no_kind_of_change_is_told():
    with pytest.raises(ValueError, match='"grafting" as a kind of change, expected one of function, '):
        mutate(Program.parse("rot90(I)"), 1, weights={"grafting": 1})
    with pytest.raises(OverflowError):
        mutate(Program.parse("rot90(I)"), -1)
