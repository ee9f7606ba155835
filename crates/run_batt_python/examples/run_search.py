"""Runs one round of a search, tells what it finds, and lists the store."""

from __future__ import annotations

import tempfile
from typing import Any

import run_batt


def tell(event: dict[str, Any]) -> None:
    if event["event"] == "found":
        print(event["text"])


def main() -> None:
    with tempfile.TemporaryDirectory() as out:
        summary = run_batt.search(out, count=3, draw=8, rounds=1, seed=7, on_event=tell)
        print(summary["filed"], "filed in", summary["rounds"], "round")
        store = run_batt.Store(out)
        best = max(store.programs(), key=lambda own: int(own["score"]))
        print(best["task"], best["score"])
        print(store.program(best["identity"]).expanded())


if __name__ == "__main__":
    main()
