"""What share of the total a node is: full marks within a sum, weights within a mean."""

from __future__ import annotations

from fractions import Fraction

from windvane.formula import Binary, Call, Expr, Name, Number
from windvane.plan import FULL, effective_parts, number_at
from windvane.scheme import Node, Scheme


def share_of_total(scheme: Scheme, code: str, cls: str) -> Fraction | None:
    """Return the share, 0..1; None outside the hundred or where the tree does more than sum and mean."""
    if code == scheme.root.code:
        return Fraction(1)
    parent = scheme.parents.get(code)
    if parent is None or not scheme.nodes[code].applies(cls):
        return None
    above, within = share_of_total(scheme, parent.code, cls), share_of_parent(scheme, parent, code, cls)
    return None if above is None or within is None else above * within


def share_of_parent(scheme: Scheme, parent: Node, code: str, cls: str) -> Fraction | None:
    call, scaled = _aggregate(parent.formula.expr)
    if call is None or code not in effective_parts(scheme, parent, cls):
        return None
    parts = [scheme.nodes[part] for part in effective_parts(scheme, parent, cls)]
    if call.function == "sum":
        own, whole = number_at(scheme.nodes[code].full, cls, scheme.end), number_at(parent.full, cls, scheme.end) or FULL
        return own / whole if own is not None and whole and not scaled else None
    weights = [Fraction(1) if part.weight is None else part.weight.value if isinstance(part.weight, Number) else None for part in parts]
    own = weights[[part.code for part in parts].index(code)]
    total = sum((weight for weight in weights if weight is not None), Fraction(0))
    return None if own is None or None in weights or not total else own / total


def _aggregate(expr: Expr) -> tuple[Call | None, bool]:
    """The sum or mean of the parts that a formula is, or a multiple of; and whether it is a multiple."""
    match expr:
        case Call("sum" | "mean", (Name("parts"),)):
            return expr, False
        case Binary("*" | "/", left, right):
            found = [call for call, _ in (_aggregate(left), _aggregate(right)) if call]
            return (found[0], True) if len(found) == 1 else (None, False)
    return None, False
