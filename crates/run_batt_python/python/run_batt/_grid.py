"""The class of grids."""

from __future__ import annotations

from typing import Any, Optional

from run_batt import _native


class Grid(tuple[tuple[int, ...], ...]):
    """Grid: a tuple of rows, which are tuples of integers.

    It is a tuple in all that it does, and keeps besides what it is to programs, so that it
    is not read cell by cell each time that it is handed to one. In a notebook it shows
    itself in ARC's colours.

    Made of rows of one length, lists and arrays of numpy's included; ``ValueError`` for
    others.

    >>> from run_batt import Grid
    >>> grid = Grid([[1, 2], [3, 4]])
    >>> grid == ((1, 2), (3, 4)), grid[1][0], grid.height, grid.width
    (True, 3, 2, 2)
    >>> Grid([[1, 2], [3]])
    Traceback (most recent call last):
        ...
    ValueError: found row 2 of 1 cells after rows of 2, expected a grid: rows of one length, of integers from -128 to 127
    """

    _kept: object

    def __new__(cls, rows: Any) -> Grid:
        return _native.grid(rows)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self[0])

    def __repr__(self) -> str:
        return f"Grid({tuple.__repr__(self)})"

    def _repr_svg_(self) -> Optional[str]:
        return _native.grid_as_svg(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Grid, (tuple(self),)
