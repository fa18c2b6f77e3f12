"""Text → tree → text: what is read, how it is written back, and every mistake with its column."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windvane.formula import (
    Binary,
    Call,
    Choice,
    Expr,
    Listing,
    Logic,
    Member,
    Missing,
    Name,
    Negate,
    Not,
    Number,
    class_calls,
    did_you_mean,
    is_collection,
    names,
    parse,
    str_of,
    to_text,
    walk,
)
from windvane.functions import FUNCTIONS
from windvane.problems import Problem


def tree(text: str) -> Expr:
    found = parse(text)
    assert not isinstance(found, Problem), found.say("en")
    return found


def problem(text: str) -> Problem:
    found = parse(text, "here")
    assert isinstance(found, Problem)
    return found


# Reading and writing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a-b-c", "a - b - c"),
        ("a/(b*c)", "a / (b * c)"),
        ("-a**2", "-a ** 2"),
        ("(-a)**2", "(-a) ** 2"),
        ("2**3**2", "2 ** 3 ** 2"),
        ("(2**3)**2", "(2 ** 3) ** 2"),
        ("2^-1", "2 ** -1"),
        ("a = b", "a == b"),
        ("a <> b", "a != b"),
        ("if(a > 0, b, c)", "b if a > 0 else c"),
        ("IF(a > 0, b, c)", "b if a > 0 else c"),
        ("a if b else c if d else e", "a if b else c if d else e"),
        ("(a if b else c) if d else e", "(a if b else c) if d else e"),
        ("50%", "0.5"),
        ("value%", "value / 100"),
        ("1.50", "1.5"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("not a and b or c", "not a and b or c"),
        ("not (a and b)", "not (a and b)"),
        ("not a > b", "not a > b"),
        ("(not a) + 1", "(not a) + 1"),
        ("MIN(a,b)", "min(a, b)"),
        ("band(x,[1,2],[3,4,5])", "band(x, [1, 2], [3, 4, 5])"),
        ("node.step", "node.step"),
        ("missing", "missing"),
        ("完成率 ≥ 90", "完成率 >= 90"),
        ("（a，b）".replace("，b", ""), "a"),
        ("min（a，b）", "min(a, b)"),
        ("a × b ÷ c − d", "a * b / c - d"),
        ("+a", "a"),
        ("--a", "--a"),
        ("a * -b", "a * -b"),
        ("a - -1", "a - -1"),
    ],
)
def test_one_way_of_writing(written: str, canonical: str) -> None:
    assert str_of(parse(written)) == canonical
    assert str_of(parse(canonical)) == canonical


leaves = st.one_of(
    st.integers(0, 10**6).map(lambda n: Number(Fraction(n, 1000))),
    st.integers(1, 10**6).map(lambda n: Number(Fraction(-n, 1000))),
    st.sampled_from(["a", "b", "value", "完成率"]).map(Name),
    st.just(Missing()),
    st.just(Member("node", "step")),
)


def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.builds(Logic, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(Choice, inner, inner, inner),
        st.builds(Not, inner),
        inner.filter(lambda e: not isinstance(e, Number)).map(Negate),
        st.tuples(inner, inner).map(lambda pair: Call("min", pair)),
        st.lists(inner, min_size=1, max_size=3).map(lambda xs: Call("band", (xs[0], Listing(tuple(xs)), Listing((*xs, Missing()))))),
    )


def leftwards(expr: Expr) -> Expr:
    """``a and (b and c)`` is written and read as ``(a and b) and c``, which means the same."""
    match expr:
        case Logic(operator, left, Logic(inner, middle, right)) if operator == inner:
            return leftwards(Logic(operator, Logic(operator, left, middle), right))
        case Binary(operator, left, right):
            return Binary(operator, leftwards(left), leftwards(right))
        case Logic(operator, left, right):
            turned = leftwards(right)
            return leftwards(Logic(operator, left, turned)) if turned != right else Logic(operator, leftwards(left), right)
        case Choice(then, condition, otherwise):
            return Choice(leftwards(then), leftwards(condition), leftwards(otherwise))
        case Not(of) | Negate(of):
            return type(expr)(leftwards(of))
        case Call(function, args):
            return Call(function, tuple(leftwards(a) for a in args))
        case Listing(items):
            return Listing(tuple(leftwards(a) for a in items))
    return expr


@settings(max_examples=120)
@given(st.recursive(leaves, grow, max_leaves=12))
def test_what_is_written_is_read_back(expr: Expr) -> None:
    assert leftwards(tree(to_text(expr))) == leftwards(expr)


def test_precedence() -> None:
    a, b, c = Name("a"), Name("b"), Name("c")

    assert tree("a + b * c") == Binary("+", a, Binary("*", b, c))
    assert tree("a ** -b ** c") == Binary("**", a, Negate(Binary("**", b, c)))
    assert tree("not a == b") == Not(Binary("==", a, b))
    assert tree("a or b and c") == Logic("or", a, Logic("and", b, c))
    assert tree("a if b else c + 1") == Choice(a, b, Binary("+", c, Number(Fraction(1))))


def test_shown_values_stand_in_the_place_of_names() -> None:
    shown = {"value": "45", "target": "50"}

    assert (
        to_text(tree("clip(value / target, 0, cap)"), lambda e: shown.get(e.name) if isinstance(e, Name) else None)
        == "clip(45 / 50, 0, cap)"
    )


# Mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "formula.empty", "1"),
        ("   ", "formula.empty", "4"),
        ("value +", "formula.unexpected", "8"),
        ("value target", "formula.after", "7"),
        ("(value", "formula.expected", "7"),
        ("value)", "formula.after", "6"),
        ("min(value, )", "formula.unexpected", "12"),
        ("min(value target)", "formula.expected", "11"),
        ("min()", "formula.arguments", "1"),
        ("clip(value, 0)", "formula.arguments", "1"),
        ("if(value, 0)", "formula.arguments", "1"),
        ("summ(parts)", "formula.function", "1"),
        ("1 + eval(x)", "formula.function", "5"),
        ("a < b < c", "formula.chained", "7"),
        ("a $ b", "formula.character", "3"),
        ("a.b.c", "formula.after", "4"),
        ("a.1", "formula.after", "2"),
        ("a.", "formula.member", "3"),
        ("1.2.3", "formula.after", "4"),
        ("a if b", "formula.expected", "7"),
        ("else", "formula.unexpected", "1"),
        ("and", "formula.unexpected", "1"),
        ("a == == b", "formula.unexpected", "6"),
        ("[1, 2", "formula.expected", "6"),
        ("__import__('os')", "formula.character", "12"),
        ("lambda: 1", "formula.character", "7"),
        ("value[0]", "formula.after", "6"),
        ("'text'", "formula.character", "1"),
        ("12345678901234567890123456789012345678901", "formula.number", "1"),
    ],
)
def test_a_mistake_has_its_column(text: str, code: str, column: str) -> None:
    found = problem(text)

    assert (found.code, found.where) == (code, "here")
    assert found.params.get("column", column) == column
    assert all(found.say(language) for language in ("zh", "en"))


def test_a_function_nearly_right_is_named() -> None:
    assert "clip" in problem("clipp(value, 0, 1)").say("en")
    assert "class_mean" in problem("class_avg_mean(x)").say("zh")


def test_bounds() -> None:
    assert problem("a" * 2001).code == "formula.long"
    assert problem("(" * 60 + "a" + ")" * 60).code == "formula.deep"
    assert problem("-" * 60 + "a").code == "formula.deep"
    assert problem("not " * 60 + "a").code == "formula.deep"
    assert problem("2" + "**2" * 60).code == "formula.deep"
    assert problem("+".join("a" * 300)).code == "formula.large"


# Looking --------------------------------------------------------------------------------------------------------------


def test_names_in_a_formula() -> None:
    expr = tree("a + node.step * class_mean(b) if c else min(parts.rate)")

    assert [str_of(each) for each in names(expr)] == ["a", "node.step", "b", "c", "parts.rate"]
    assert [call.function for call in class_calls(expr)] == ["class_mean"]
    assert len(list(walk(expr))) == 10


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("parts", True),
        ("entries", True),
        ("parts.rate", True),
        ("parts >= 0.9", True),
        ("min(parts, 1)", True),
        ("min(parts)", False),
        ("sum(parts) + 1", False),
        ("best(parts, 2)", True),
        ("mean(best(parts, 2))", False),
        ("share(parts) * 2", True),
        ("round(parts, 1)", True),
        ("count(parts) / 2", False),
        ("1 if parts > 0 else 0", True),
        ("class_mean(sum(parts))", False),
        ("node.rate", False),
    ],
)
def test_what_is_a_collection(text: str, many: bool) -> None:
    assert is_collection(tree(text)) is many


def test_did_you_mean() -> None:
    assert did_you_mean("targt", ["target", "value", "previous"]) == "target"
    assert did_you_mean("zzz", ["b", "a"]) == "a、b"
    assert did_you_mean("x", None) == ""


def test_every_function_tells_how_it_is_used() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.usage.startswith(f"{name}(")
        assert function.zh and function.en
        assert 1 <= function.least <= function.most
        assert function.group in ("number", "items", "total", "class")
