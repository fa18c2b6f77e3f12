"""Blocks in waves: what can be computed at the same time by several threads, each parent together with leaves of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from windvane.batch.blocks import Block, blocks
from windvane.plan import Plan


@dataclass(frozen=True, slots=True)
class Task:
    """Blocks that one thread computes in a row, and the nodes whose points must be kept afterwards."""

    blocks: tuple[Block, ...]
    kept: frozenset[str]


def waves(plan: Plan, cls: str, wanted: Iterable[str], order: Sequence[int]) -> tuple[tuple[Task, ...], ...]:
    """Cut the blocks of a class into waves; a task of one wave reads nothing of its own wave. Leaves are grouped by who reads them."""
    readers = _readers(blocks(plan, cls, lambda block: block.first.code))
    found = blocks(plan, cls, lambda block: frozenset(readers.get(block.first.code, ())), order)
    private = {block: reader for block in found if (reader := _only_reader(block, readers))}
    groups: dict[str, list[Block]] = {}
    for block in found:
        groups.setdefault(private.get(block) or block.first.code, []).append(block)
    asked = frozenset(wanted)
    tasks = [Task(tuple(group), _kept(group, readers, asked)) for group in groups.values()]
    return _in_waves(tasks)


def _readers(found: Sequence[Block]) -> Mapping[str, set[str]]:
    """Who reads each node."""
    readers: dict[str, set[str]] = {}
    for block in found:
        for need in block.needs:
            readers.setdefault(need, set()).add(block.first.code)
    return readers


def _only_reader(block: Block, readers: Mapping[str, set[str]]) -> str | None:
    """The one node that reads a block of leaves, if there is just one."""
    found = readers.get(block.first.code, set())
    return next(iter(found)) if not block.needs and len(found) == 1 else None


def _kept(group: Sequence[Block], readers: Mapping[str, set[str]], wanted: frozenset[str]) -> frozenset[str]:
    inside = {code for block in group for code in block.codes}
    return frozenset(code for code in inside if code in wanted or not readers.get(code, set()) <= inside)


def _in_waves(tasks: Sequence[Task]) -> tuple[tuple[Task, ...], ...]:
    maker = {code: task for task in tasks for block in task.blocks for code in block.codes}
    height: dict[int, int] = {}

    def climb(task: Task) -> int:
        if id(task) not in height:
            below = {id(maker[need]): maker[need] for block in task.blocks for need in block.needs if maker[need] is not task}
            height[id(task)] = 1 + max(map(climb, below.values()), default=-1)
        return height[id(task)]

    for task in tasks:
        climb(task)
    level: Callable[[Task], int] = lambda task: height[id(task)]  # noqa: E731
    return tuple(tuple(task for task in tasks if level(task) == i) for i in range(max(height.values(), default=-1) + 1))
