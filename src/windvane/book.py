"""Target books (目标任务书): each unit's own tasks and indicators under the slots of a scheme."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from windvane.facts import value_text
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Milestone:
    """By ``day`` the cumulative value should have reached ``value``."""

    day: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Task:
    """One own task or indicator of a unit.

    ``facts`` are the numbers the book fixes (target, base, …); ``params`` are those of its rule; ``weight`` is its share in the slot.
    A joint task names in ``joint`` the lead's ``unit/entry`` whose report counts for it, and carries ``share`` (0..1) of the weight.
    A later row of the same entry with ``since`` amends it from that day, with ``reason`` and ``approval``.
    """

    entry: str
    slot: str
    title: Text = Text()
    item: Text = Text()
    source: str = ""
    clause: str = ""
    weight: Fraction = Fraction(1)
    rule: str = ""
    params: Mapping[str, Fraction | date] = field(default_factory=dict, hash=False)
    facts: Mapping[str, Fraction | date] = field(default_factory=dict, hash=False)
    measure: str = ""
    better: str = "high"
    milestones: tuple[Milestone, ...] = ()
    lead: str = ""
    partners: tuple[str, ...] = ()
    joint: str = ""
    share: Fraction = Fraction(1)
    sensitive: bool = False
    since: date | None = None
    reason: str = ""
    approval: str = ""
    where: str = field(default="", compare=False)

    @property
    def credited_weight(self) -> Fraction:
        """Weight times the declared share of a joint task."""
        return self.weight * self.share


@dataclass(frozen=True)
class Book:
    """The frozen tasks of one unit for one cycle."""

    unit: str
    tasks: tuple[Task, ...]

    def in_force(self, slot: str, day: date | None) -> tuple[Task, ...]:
        """Return the tasks of a slot as amended up to ``day`` (None: all amendments), in the order of the book."""
        latest: dict[str, Task] = {}
        for task in sorted((t for t in self.tasks if t.slot == slot), key=lambda t: t.since or date.min):
            if day is None or task.since is None or task.since <= day:
                latest[task.entry] = task
        order = {task.entry: i for i, task in reversed(list(enumerate(self.tasks)))}
        return tuple(sorted(latest.values(), key=lambda t: order[t.entry]))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text of the book."""
        return hashlib.sha256(json.dumps([self.unit, *map(_plain, self.tasks)], ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Book({self.unit}, {len(self.tasks)} tasks, digest {self.digest[:12]})"


def _plain(task: Task) -> dict[str, object]:
    numbers = {"params": task.params, "facts": task.facts}
    titles = [task.title.zh, task.title.en, task.item.zh, task.item.en]
    words = [
        task.entry,
        task.slot,
        task.source,
        task.clause,
        task.rule,
        task.measure,
        task.better,
        task.lead,
        task.joint,
        task.reason,
        task.approval,
    ]
    return {
        "words": words,
        "titles": titles,
        "partners": list(task.partners),
        "weight": value_text(task.weight),
        "share": value_text(task.share),
        "milestones": [[str(m.day), value_text(m.value)] for m in task.milestones],
        "sensitive": task.sensitive,
        "since": str(task.since or ""),
        **{key: {k: value_text(v) for k, v in sorted(value.items())} for key, value in numbers.items()},
    }
