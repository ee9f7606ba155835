"""Merges solvers into a card, scores it on all fixtures, and prints the best of each task."""

from __future__ import annotations

from typing import Any

from run_batt import Card, Program, fixtures

TEXTS = ["rot180(I)", "vmirror_t(I)", "hconcat(I, hmirror_t(I))"]


def main() -> None:
    card = Card.build([("task", Program.parse(text)) for text in TEXTS])
    best: dict[str, dict[str, Any]] = {}
    for row in card.scores(fixtures()):
        if row["score"] > best.get(row["task"], {"score": -1})["score"]:
            best[row["task"]] = row
    for task, row in best.items():
        print(task, row["call"], row["score"], "of", row["full_score"])


if __name__ == "__main__":
    main()
