"""Vet a scheme's formulas before anything is computed: names exist, collections are summed up, own indicators are not compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from windvane import keys
from windvane.formula import Call, Choice, Expr, Listing, Member, Name, did_you_mean, is_collection, walk
from windvane.functions import FUNCTIONS
from windvane.plan import PlanError, ordered
from windvane.problems import Problem
from windvane.scheme import Formula, Grade, Node, Scheme

_LISTS = ("band", "interpolate")


@dataclass(frozen=True)
class Names:
    """What one formula may read: plain names (``lists`` among them hold many numbers), collections, and members of a base."""

    plain: frozenset[str]
    collections: frozenset[str]
    member: Callable[[str, str], Iterable[str] | None]  # None: fine; else what could be meant
    lists: frozenset[str] = frozenset()


def vet_scheme(scheme: Scheme) -> list[Problem]:
    """Return what is wrong with the formulas, the codes they name and the order of computing."""
    found = [p for node in scheme.nodes.values() for p in (*_vet_node(scheme, node), *_vet_entries(node))]
    found += _vet_conditions(scheme) + _vet_codes(scheme)
    if any(p.code.startswith("scheme.node") for p in found):
        return found
    for cls in scheme.classes:
        try:
            ordered(scheme, cls)
        except PlanError as error:
            found += [p for p in error.problems if p not in found]
    return found


def vet(expr: Expr, where: str, names: Names) -> list[Problem]:
    """Return what is wrong with one formula; its result must be one value a unit."""
    found = [p for part in walk(expr) for p in _vet_part(part, where, names)]
    found += _vet_lists(expr, where, names.lists)
    if is_collection(expr):
        found.append(_problem("collection", expr, where, name=_collection_name(expr)))
    return found


def _problem(code: str, expr: Expr, where: str, **params: str) -> Problem:
    return Problem(f"formula.{code}", where, {"column": str(expr.column), **params})


def _vet_part(part: Expr, where: str, names: Names) -> Iterator[Problem]:
    if isinstance(part, Name) and part.name not in names.plain | names.collections:
        yield _problem("name", part, where, name=part.name, near=did_you_mean(part.name, names.plain | names.collections))
    if isinstance(part, Member) and (near := names.member(part.base, part.name)) is not None:
        yield _problem("name", part, where, name=f"{part.base}.{part.name}", near=did_you_mean(part.name, near))
    if isinstance(part, Call):
        yield from _vet_call(part, where)
    if isinstance(part, Choice) and not is_collection(part.condition) and is_collection(part.then) != is_collection(part.otherwise):
        many = part.then if is_collection(part.then) else part.otherwise  # one value in one case, many in the other
        yield _problem("collection", many, where, name=_collection_name(many))


def _vet_call(call: Call, where: str) -> Iterator[Problem]:
    function = FUNCTIONS[call.function]
    lone_extreme = call.function in ("min", "max") and len(call.args) == 1
    if (function.group in ("items", "total") or lone_extreme) and not is_collection(call.args[0]):
        yield _problem("single", call, where, name=call.function)
    if function.group == "class" or (function.group in ("items", "total") and any(map(is_collection, call.args[1:]))):
        for arg in call.args if function.group == "class" else call.args[1:]:
            if is_collection(arg):
                yield _problem("collection", arg, where, name=_collection_name(arg))
    if function.group == "class" and any(
        isinstance(e, Call) and FUNCTIONS[e.function].group == "class" for arg in call.args for e in walk(arg)
    ):
        yield _problem("nested_class", call, where, name=call.function)
    if call.function in _LISTS:
        for i, arg in enumerate(call.args[1:], 2):
            if not isinstance(arg, Listing | Name) or is_collection(arg):
                yield _problem("list", arg, where, name=call.function, argument=str(i), use=function.usage)


def _vet_lists(expr: Expr, where: str, lists: frozenset[str]) -> list[Problem]:
    """Lists may stand only where band and interpolate want them."""
    allowed = {id(arg) for e in walk(expr) if isinstance(e, Call) and e.function in _LISTS for arg in e.args[1:]}
    many = (e for e in walk(expr) if isinstance(e, Listing) or (isinstance(e, Name) and e.name in lists))
    return [_problem("list_here", e, where) for e in many if id(e) not in allowed]


def _collection_name(expr: Expr) -> str:
    found = [e for e in walk(expr) if isinstance(e, Name | Member) and is_collection(e)]
    return found[0].name if found and isinstance(found[0], Name) else "parts"


# What a node may read --------------------------------------------------------------------------------------------------


def _steps(formula: Formula) -> list[str]:
    return [name for name, _ in formula.where]


def _list_params(formula: Formula) -> frozenset[str]:
    """Parameters that hold a list, for some class or from some day."""
    return frozenset(name for name, setting in formula.params.items() if any(isinstance(case.value, tuple) for case in setting.cases))


def node_names(scheme: Scheme, node: Node, steps: Iterable[str]) -> Names:
    """Names a node's formula may read once the given steps are there."""
    others = scheme.nodes.keys() - {node.code}
    plain = {"full", "weight", "sign", *keys.STANDARD_FACTS, *node.facts, *node.formula.params, *steps, *others}
    many = {"parts"} if not node.is_leaf else {"entries"} if node.entries or node.ledger is not None else set()

    def member(base: str, name: str) -> Iterable[str] | None:
        if base in ("parts", "entries"):
            return _missing_step(scheme, node, name) if base in many and base == "parts" else many
        if base not in scheme.nodes:
            return scheme.nodes
        known = {*keys.STANDARD_FACTS, *scheme.nodes[base].facts, *_steps(scheme.nodes[base].formula)}
        return None if name in known else known

    return Names(frozenset(plain), frozenset(many), member, _list_params(node.formula) - set(steps))


def _missing_step(scheme: Scheme, node: Node, name: str) -> Iterable[str] | None:
    taken = [part for code in node.take if code in scheme.nodes for part in (scheme.nodes[code].parts or (scheme.nodes[code],))]
    known = {step for part in (*node.parts, *taken) for step in _steps(part.formula)}
    return None if name in known else known


def _vet_node(scheme: Scheme, node: Node) -> Iterator[Problem]:
    steps: list[str] = []
    for name, expr in node.formula.where:
        yield from vet(expr, f"{node.where}.where.{name}", node_names(scheme, node, steps))
        steps.append(name)
    names = node_names(scheme, node, steps)
    yield from vet(node.formula.expr, f"{node.where}.points", names)
    for key, extra in (("weight", node.weight), ("at_least", node.at_least)):
        if extra is not None:
            yield from vet(extra, f"{node.where}.{key}", names)


def _vet_entries(node: Node) -> Iterator[Problem]:
    entries = node.entries
    if entries is None:
        return
    for formula in (entries.formula, *entries.rules.values()):
        plain = {"full", "weight", "sign", *keys.ENTRY_FACTS, *entries.facts, *formula.params, *_steps(formula)}
        lists = _list_params(formula)
        names = Names(frozenset(plain), frozenset(), lambda base, name, known=plain: known, lists)  # type: ignore[misc]  # default binds the loop's value
        for name, expr in (*formula.where, ("points", formula.expr)):
            where = f"{node.where}.entries.{name}" + (f" ({formula.rule})" if formula.rule else "")
            yield from vet(expr, where, names)
            yield from (
                _problem("peers", e, where, name=e.function)
                for e in walk(expr)
                if isinstance(e, Call) and FUNCTIONS[e.function].group == "class"
            )


def _vet_conditions(scheme: Scheme) -> list[Problem]:
    """Vetoes and grades read nodes and their facts."""
    conditions: list[tuple[str, Expr]] = [(f"veto.{i}.when", veto.when) for i, veto in enumerate(scheme.vetoes)]
    for grade in scheme.grades:
        conditions += [(f"grades.{grade.code}.{key}", expr) for key, expr in _grade_formulas(grade) if expr is not None]
    names = Names(frozenset(scheme.nodes), frozenset(), lambda base, name: _condition_member(scheme, base, name))
    return [p for where, expr in conditions for p in vet(expr, where, names)]


def _grade_formulas(grade: Grade) -> list[tuple[str, Expr | None]]:
    return [("when", grade.when), ("promote.when", grade.promote_when)]


def _condition_member(scheme: Scheme, base: str, name: str) -> Iterable[str] | None:
    if base not in scheme.nodes:
        return scheme.nodes
    known = {*keys.STANDARD_FACTS, *scheme.nodes[base].facts, *_steps(scheme.nodes[base].formula)}
    return None if name in known else known


def _vet_codes(scheme: Scheme) -> list[Problem]:
    """Codes named by take, except and ties exist."""
    named = [(node.where, code) for node in scheme.nodes.values() for code in (*node.take, *node.leave)]
    named += [("ranking.ties", code) for code in scheme.ranking.breakers]
    return [
        Problem("scheme.node", where, {"code": code, "near": did_you_mean(code, scheme.nodes)})
        for where, code in named
        if code not in scheme.nodes
    ]
