"""The primitives and the constants of programs, by their names.

A program that is written against a DSL of Python's runs with this import in its place:

>>> from run_batt.dsl import *
>>> objects(((1, 0), (0, 2)), True, False, True)
FrozenSet([FrozenSet([(1, 1, 2)]), FrozenSet([(0, 0, 1)])])
>>> twice = compose(rot90, rot90)
>>> twice(((1, 2), (3, 4)))
Grid(((4, 3), (2, 1)))

Functions of Python's own stand wherever a function may, and are called as often and in the
order that CPython would call them:

>>> apply(lambda cell: cell + 1, (1, 2, 3))
(2, 3, 4)
>>> sfilter(asindices(((1, 0), (0, 2))), lambda place: place[0] == place[1])
FrozenSet([(1, 1), (0, 0)])
>>> fork(lambda a, b: (a, b), first, lambda row: len(row))((7, 8, 9))
(7, 3)

What such a function raises comes out as it is, whatever stands around it. It may return what
a primitive takes; it is equal to itself alone, and what is made of it cannot be pickled.

Each explains itself: ``help(gravitate)``, ``gravitate.__doc__``, ``gravitate.parameters``.
A primitive takes any values; with those that make no sense it yields what it yields in a
program then, and raises nothing of its own but ``LimitError``.
"""

from run_batt import _native

_primitives = _native.primitives()
_constants = _native.constants()

globals().update(_primitives)
globals().update(_constants)

__all__ = [*_primitives, *_constants]
