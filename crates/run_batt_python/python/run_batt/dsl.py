"""The primitives and the constants of programs, by their names.

A program that is written against a DSL of Python's runs with this import in its place:

>>> from run_batt.dsl import *
>>> objects(((1, 0), (0, 2)), True, False, True)
FrozenSet([FrozenSet([(1, 1, 2)]), FrozenSet([(0, 0, 1)])])
>>> twice = compose(rot90, rot90)
>>> twice(((1, 2), (3, 4)))
Grid(((4, 3), (2, 1)))

Each explains itself: ``help(gravitate)``, ``gravitate.__doc__``, ``gravitate.parameters``.
A primitive takes any values; with those that make no sense it yields what it yields in a
program then, and raises nothing.
"""

from run_batt import _native

_primitives = _native.primitives()
_constants = _native.constants()

globals().update(_primitives)
globals().update(_constants)

__all__ = [*_primitives, *_constants]
