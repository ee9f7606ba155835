"""The border: what values are in Python, and what Python's objects are to programs."""

from __future__ import annotations

import collections.abc
import copy
import math
import pickle

import pytest

from run_batt import Error, FrozenSet, Function, Grid, LimitError, Task, TaskError, dsl

GRID = ((1, 2), (3, 4))


def test_atoms_and_tuples_come_back_as_they_were():
    for value in (None, True, False, 0, -1, 2**63 - 1, -(2**63), 0.5, (), (1,), ((1, 2), 3), ((),)):
        crossed = dsl.identity(value)
        assert crossed == value and type(crossed) is type(value)
    assert math.isnan(dsl.identity(math.nan))
    nested = (GRID, (True, (None, (1, 2, 3))))
    assert dsl.identity(nested) == nested


def test_a_grid_is_a_tuple_that_crosses_once():
    grid = dsl.rot90(GRID)
    assert type(grid) is Grid and isinstance(grid, tuple)
    assert grid == ((3, 1), (4, 2)) and hash(grid) == hash(((3, 1), (4, 2)))
    assert {grid: 1}[((3, 1), (4, 2))] == 1
    assert dsl.identity(grid)._kept is not None
    assert (grid.height, grid.width, grid[0], grid + ((0, 0),)) == (2, 2, (3, 1), ((3, 1), (4, 2), (0, 0)))
    assert pickle.loads(pickle.dumps(grid)) == grid
    assert repr(grid) == "Grid(((3, 1), (4, 2)))"
    assert grid._repr_svg_().startswith("<svg xmlns=")
    assert Grid([[-1, 2]])._repr_svg_() is None, "no colour of ARC's"
    # What a subclass of a tuple holds is what counts.
    assert dsl.identity(Grid(grid)) == grid


def test_a_set_is_as_the_frozenset_of_its_items():
    found = dsl.palette_t(((5, 1, 9), (1, 300, -4)))
    same = frozenset([5, 1, 9, 300, -4])
    assert isinstance(found, FrozenSet) and isinstance(found, collections.abc.Set)
    assert found == same and same == found and not found != same
    assert hash(found) == hash(same) and {same: 1}[found] == 1
    assert set(found) == same and len(found) == 5 and 9 in found and "9" not in found
    assert list(FrozenSet(found)) is not None and pickle.loads(pickle.dumps(found)) == found
    assert found & {1, 2} == {1} and {1, 2} & found == {1}
    assert found | {7} == same | {7} and {7} | found == same | {7}
    assert found - {5} == same - {5} and {5, 6} - found == {6}
    assert found ^ {5, 6} == same ^ {5, 6} and frozenset([5, 6]) ^ found == same ^ {5, 6}
    assert found <= same and found >= {1} and not found < same and found > {1}
    assert found.isdisjoint([2, 3]) and not found.isdisjoint([1])
    assert found != 5 and not found == [5, 1, 9, 300, -4]
    with pytest.raises(TypeError):
        found & [1]
    nested = dsl.objects(((1, 0), (0, 2)), True, False, False)
    assert all(isinstance(own, FrozenSet) for own in nested)
    assert hash(nested) == hash(frozenset(nested))


def test_a_set_iterates_in_the_order_of_the_program():
    # What CPython makes of these insertions, and what programs see as the first.
    items = [33, 1, 65, 17, 8, 40]
    ours, own = FrozenSet(items), frozenset(items)
    assert list(ours) == list(own)
    assert dsl.first(own) == next(iter(own)) == next(iter(ours))


def test_a_set_that_is_made_of_one_or_copied_is_that_one():
    # Made anew in its own order, these two would come in the other one.
    places = FrozenSet([(26, 14), (6, 5)])
    for own in FrozenSet(places), copy.copy(places), copy.deepcopy([places])[0]:
        assert list(own) == list(places) == [(6, 5), (26, 14)]
    assert pickle.loads(pickle.dumps(places)) == places


def test_what_is_no_value_is_in_no_set():
    numbers = FrozenSet([1, 2])
    for other in 2**63, -(2**70), "a", 1j:
        assert other not in numbers and numbers.isdisjoint([other])
        assert numbers & {other, 2} == {other, 2} & numbers == {2}
        assert numbers - {other, 2} == {1}


def test_functions_are_called_compared_and_told():
    assert isinstance(dsl.add, Function) and callable(dsl.add)
    assert dsl.add(1, 2) == 3 and dsl.add(a=1, b=2) == 3 and dsl.add(1, b=2) == 3
    assert dsl.add == dsl.identity(dsl.add) and hash(dsl.add) == hash(dsl.identity(dsl.add))
    assert dsl.add != dsl.subtract and dsl.add.__name__ == "add"
    assert "sum" in dsl.add.__doc__.lower() or dsl.add.__doc__
    assert dsl.add.parameters == ["a", "b"] and dsl.add.required == 2
    assert pickle.loads(pickle.dumps(dsl.add)) == dsl.add
    double = dsl.lbind(dsl.multiply, 2)
    assert double(4) == 8 and double == double and double != dsl.lbind(dsl.multiply, 2)
    assert dsl.apply(double, (1, 2)) == (2, 4)
    with pytest.raises(TypeError):
        double(1, 2)
    with pytest.raises(TypeError):
        dsl.add(1, c=2)
    with pytest.raises(TypeError):
        pickle.dumps(double)


def test_a_call_that_fails_yields_what_it_yields_in_a_program():
    assert dsl.add(1) == ()
    assert dsl.first(5) == ()


def test_a_call_that_meets_a_limit_is_an_exception():
    with pytest.raises(LimitError, match="the call of `repeat` met a limit"):
        dsl.repeat(1, 10**9)
    assert issubclass(LimitError, Error)
    assert dsl.repeat(1, 3) == (1, 1, 1)


def test_lists_and_sets_are_taken_as_what_they_stand_for():
    assert dsl.identity([[1, 2], [3, 4]]) == GRID
    assert dsl.identity({1, 2}) == {1, 2}


def test_arrays_are_taken_where_they_are_of_integers():
    numpy = pytest.importorskip("numpy")
    array = numpy.array(GRID)
    for form in ("int8", "uint8", "int64"):
        assert dsl.rot90(array.astype(form)) == dsl.rot90(GRID)
    assert dsl.identity(array[0, 1]) == 2 and dsl.identity(numpy.bool_(True)) is True
    assert (numpy.array(dsl.rot90(array)) == numpy.rot90(array, -1)).all()
    assert Grid(array) == GRID
    with pytest.raises(TypeError, match="float64"):
        dsl.rot90(array.astype("float64"))
    with pytest.raises(OverflowError):
        dsl.identity(numpy.array([2**63], dtype="uint64"))


def test_what_is_no_value_is_told():
    with pytest.raises(TypeError, match="type str"):
        dsl.identity("text")
    with pytest.raises(OverflowError, match="64 bits"):
        dsl.identity(2**63)
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    with pytest.raises(ValueError, match="nested too deeply"):
        dsl.identity(deep)
    while deep:  # Python itself would not come back from dropping it at once.
        (deep,) = deep
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested too deeply"):
        dsl.identity(endless)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[1, 2], [3]], "row 2 of 1 cells after rows of 2"),
        ([[1, 0.5]], "a cell 0.5 in row 1"),
        ([[1, True]], "a cell True in row 1"),
        ([[1], 2], "2 as row 2"),
        ([[128]], "a cell 128"),
        ([], "no row"),
        ([[], []], "rows without cells"),
        (7, "found 7"),
    ],
)
def test_what_is_no_grid_is_told(rows, problem):
    with pytest.raises(ValueError, match=problem):
        Grid(rows)


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ({}, "found no `train`"),
        ({"train": []}, "found no `test`"),
        ({"train": [{"input": [[1]]}], "test": []}, "train sample 1: found no output"),
        ({"train": [], "test": [{}]}, "test sample 1: found no input"),
        ({"train": [], "test": [{"input": [[1, 2], [3]]}]}, "test sample 1, input: found row 2"),
        ({"train": [], "test": [{"input": [[10]]}]}, "a colour 10, expected 0 to 9"),
        ({"train": [], "test": [{"input": [[1] * 31]}]}, "1 by 31 cells, expected at most 30 by 30"),
    ],
)
def test_what_is_no_task_is_told(task, problem):
    with pytest.raises(TaskError, match=problem):
        Task.from_dict(task)
