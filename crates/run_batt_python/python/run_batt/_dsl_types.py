"""The types of the module of primitives, of what the primitives say of themselves.

``python -m run_batt._dsl_types`` writes them; a test holds ``dsl.pyi`` to it.
"""

from __future__ import annotations

from run_batt import _native


def text() -> str:
    """What ``dsl.pyi`` says."""
    lines = [
        '"""Types of the primitives and the constants; made by run_batt._dsl_types."""',
        "",
        "from typing import Any",
        "",
        "__all__: list[str]",
        "",
    ]
    for name, function in _native.primitives().items():
        parameters = ", ".join(
            f"{parameter}: Any" + (" = ..." if number >= (function.required or 0) else "")
            for number, parameter in enumerate(function.parameters)
        )
        lines.append(f"def {name}({parameters}) -> Any: ...")
    lines.append("")
    for name, value in _native.constants().items():
        lines.append(f"{name}: {type_of(value)}")
    return "\n".join(lines) + "\n"


def type_of(value: object) -> str:
    """The type of a constant."""
    if isinstance(value, tuple):
        return f"tuple[{', '.join(type_of(item) for item in value)}]"
    return type(value).__name__


if __name__ == "__main__":
    print(text(), end="")
