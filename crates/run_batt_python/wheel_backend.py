"""The build of wheels: maturin's, with the command among the scripts.

The module and the command are two programs over the same libraries, and maturin builds one of
a crate. So the command is built first, and put where maturin takes a wheel's scripts from.
(The command as an entry of the module would be one program, and start in the time that an
interpreter needs to import it: ten times as long. See benches/notes/python.md.)

``MATURIN_PEP517_ARGS="--zig --compatibility manylinux2014"`` makes both for glibc 2.17; that
needs ``ziglang`` and ``cargo-zigbuild``, from PyPI.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, Optional

import maturin  # type: ignore[import-untyped]
from maturin import (
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SCRIPTS = HERE / "run_batt.data" / "scripts"

# For what a wheel of `manylinux2014` runs on.
TARGET = "x86_64-unknown-linux-gnu"
GLIBC = "2.17"

# The variable by which cargo is told the linker for it.
LINKER = f"CARGO_TARGET_{TARGET.upper().replace('-', '_')}_LINKER"

# As pyproject.toml has it for maturin: with another profile what both depend on would be built
# twice.
PROFILE = "wheel"

# maturin asks for it whatever it is to do.
SCRIPTS.mkdir(parents=True, exist_ok=True)


def build_wheel(
    wheel_directory: str,
    config_settings: Optional[dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    put_scripts()
    return str(maturin.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str,
    config_settings: Optional[dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    put_scripts()
    return str(maturin.build_editable(wheel_directory, config_settings, metadata_directory))


def put_scripts() -> None:
    """Puts what belongs on the path into the folder of scripts."""
    shutil.copy2(built_command(), SCRIPTS / "run_batt")
    shutil.copy2(REPOSITORY / "run_card.sh", SCRIPTS / "run_card.sh")
    # An sdist does not keep what may be run.
    (SCRIPTS / "run_card.sh").chmod(0o755)


def built_command() -> Path:
    """Builds the command; its path."""
    arguments = shlex.split(os.environ.get("MATURIN_PEP517_ARGS", ""))
    build = ["cargo", "build"]
    if "--zig" in arguments:
        build = ["cargo", "zigbuild", "--target", f"{TARGET}.{GLIBC}"]
        # Unless both are told a linker, maturin links by another path to zig, and cargo builds all
        # anew where that differs.
        if LINKER not in os.environ:
            target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
            build += ["--target-dir", str(target / "command")]
    # With the module's package, so that both are built of the same dependencies, once.
    build += ["--package", "run_batt", "--package", "run_batt_python", "--bin", "run_batt"]
    build += ["--profile", PROFILE, "--locked"]
    build += ["--message-format", "json-render-diagnostics"]
    messages = subprocess.run(build, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
    artifacts = (json.loads(line) for line in messages.stdout.splitlines())
    executables = [own["executable"] for own in artifacts if own.get("executable")]
    return Path(executables[-1])
