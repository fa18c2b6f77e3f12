"""Hostile schemes: every formula and every file is refused in words or gives a harmless value, in bounded time and memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from tests.hostile.formulas import COUNT, hostile_formulas

from windvane import Fact, Facts, Problem, Scheme, Text, Unit, compile_scheme, parse_scheme, rank, read_scheme, score
from windvane.checks import check
from windvane.facts import ONLY
from windvane.formula import parse, str_of, to_text
from windvane.reading import build_scheme
from windvane.vetting import vet_scheme

FORMULAS = hostile_formulas()
SLOWEST = 5.0  # seconds for one formula in all its places
UNITS = tuple(Unit(f"u{i}", Text(f"单位{i}"), ONLY, i) for i in range(3))
NAMED = ("value", "target")
PLAIN = tuple(Fact(f"u{i}", node, name, value=Fraction(80 + i)) for i in range(3) for node in ("x", "a", "b") for name in NAMED)
ROWS = tuple(Fact(f"u{i}", "e", name, entry=entry, value=Fraction(7)) for i in range(3) for entry in ("t1", "t2") for name in NAMED)
FACTS = Facts(UNITS, PLAIN + ROWS)
LISTS = {"k": "3", "cuts": ["60", "80"]}


def places(formula: str) -> Mapping[str, Mapping[str, object]]:
    """The formula as the points of a leaf, of a parent, of an entry, as a step, a weight and a condition."""
    skip = {"missing": "skip"}
    own = {"points": formula, "with": LISTS, **skip}
    parts = {"a": {"where": {"s": "value / 2"}, **skip}, "b": {"where": {"s": "value"}, **skip}, "c": skip}
    return {
        "leaf": {"parts": {"x": own}},
        "parent": {"points": formula, "with": LISTS, "parts": parts},
        "entry": {"parts": {"e": {"points": "mean(entries)", "entries": own, **skip}}},
        "step": {"parts": {"x": {"where": {"step": formula}, "points": "value", **skip}}},
        "weight": {"parts": {"x": {"weight": formula, **skip}, "a": skip}},
    }


def outcome(document: Mapping[str, object]) -> list[Problem] | list[Fraction | None]:
    """Refusals, or the total of every unit; everything must be sayable and countable."""
    scheme, problems = build_scheme(document, {})
    problems = problems or (vet_scheme(scheme) if scheme else [])
    if scheme is None or problems:
        return problems
    check(scheme, (), FACTS)
    ranking = rank(score(compile_scheme(scheme), FACTS))
    assert ranking.digest
    return [place.points for place in ranking.places]


def test_there_are_two_thousand_formulas_and_always_the_same() -> None:
    assert len(FORMULAS) >= COUNT
    assert hostile_formulas() == FORMULAS


@pytest.mark.parametrize("start", range(0, COUNT, 100))
def test_every_formula_is_refused_or_harmless(start: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for formula in FORMULAS[start : start + 100]:
        began = time.perf_counter()
        parsed = parse(formula, "here")
        if isinstance(parsed, Problem):
            assert parsed.say("zh") and parsed.say("en")
            continue
        assert str_of(parse(to_text(parsed))) in (to_text(parsed), "formula.long"), formula
        for root in places(formula).values():
            for found in outcome({"windvane": "1", "root": root}):
                assert isinstance(found, Fraction | None) or (found.say("zh") and found.say("en")), formula
        assert time.perf_counter() - began < SLOWEST, formula

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_formulas_as_conditions_of_grades() -> None:
    for formula in FORMULAS[::5]:
        document = {"windvane": "1", "root": {"parts": {"a": {}, "b": {}}}, "grades": [{"grade": "A", "when": formula}, {"grade": "B"}]}
        for found in outcome(document):
            assert isinstance(found, Fraction | None) or (found.say("zh") and found.say("en")), formula


# Files ---------------------------------------------------------------------------------------------------------------

GOOD = "windvane: 1\nroot: {parts: {a: 1, b: 2}}\n"
FILES: Mapping[str, tuple[bytes, str | None]] = {
    "bomb": (b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c, *%c]\n" % (c + 1, c + 1, c, c, c) for c in range(97, 110)), "scheme.alias"),
    "anchor": (b"windvane: &x 1\nroot: {}\n", "scheme.alias"),
    "alias": (b"windvane: 1\nroot: *x\n", "scheme.alias"),
    "merge": (b"windvane: 1\nroot: {<<: {weight: 1}}\n", "scheme.unknown_key"),
    "python": (b"windvane: 1\nroot: !!python/object/apply:os.system [id]\n", "scheme.tag"),
    "python name": (b"windvane: 1\ntitle: !!python/name:os.system x\nroot: {}\n", "scheme.tag"),
    "own tag": (b"!x {windvane: 1}\n", "scheme.tag"),
    "binary tag": (b"windvane: 1\ntitle: !!binary aGVsbG8=\nroot: {}\n", "scheme.tag"),
    "tag handle": (b"%TAG ! tag:x.example,2000:\n---\nwindvane: !a 1\n", "scheme.tag"),
    "deep flow": (b"windvane: 1\nroot: " + b"[" * 5_000 + b"]" * 5_000, "scheme.deep"),
    "deep map": (b"windvane: 1\nroot: " + b"{parts: {a: " * 2_000 + b"1" + b"}}" * 2_000, "scheme.deep"),
    "deep block": (b"windvane: 1\nroot:\n" + b"".join(b"  " * i + b"a:\n" for i in range(1, 300)), "scheme.deep"),
    "long": (b"windvane: 1\ntitle: " + b"x" * 5_000_000, "scheme.long"),
    "long word": (b"windvane: 1\ntitle: " + b"x" * 1_000_000 + b"\nroot: {}\n", None),
    "many keys": (b"windvane: 1\nroot: {}\nrules: {" + b", ".join(b"r%d: value" % i for i in range(20_000)) + b"}\n", None),
    "twice": (b"windvane: 1\nroot: {weight: 1, weight: 2}\n", "scheme.twice"),
    "twice at the top": (b"windvane: 1\nroot: {}\nwindvane: 1\n", "scheme.twice"),
    "documents": (b"windvane: 1\nroot: {}\n---\nwindvane: 1\nroot: {}\n", "scheme.documents"),
    "key is a list": (b"windvane: 1\n? [a, b]\n: 1\n", "scheme.key"),
    "key is a mapping": (b"windvane: 1\n{a: 1}: 2\n", "scheme.key"),
    "null bytes": (b"windvane: 1\nroot: {}\n\x00\x00", "scheme.yaml"),
    "control": (b'windvane: 1\ntitle: "a\\0b"\nroot: {}\n', "scheme.control"),
    "escape": (b'windvane: 1\ntitle: "\\e[2J"\nroot: {}\n', "scheme.control"),
    "half a pair": (b'windvane: 1\ntitle: "\\ud800"\nroot: {}\n', "scheme.control"),
    "control key": (b'windvane: 1\nroot: {parts: {"a\\0": 1}}\n', "scheme.control"),
    "latin": ("windvane: 1\ntitle: é\nroot: {}\n".encode("latin-1"), "scheme.file"),
    "random": (bytes(range(256)) * 50, "scheme.file"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(200), "scheme.yaml"),
    "zip": (b"PK\x03\x04" + bytes(100), "scheme.yaml"),
    "utf-16": (GOOD.encode("utf-16"), "scheme.file"),
    "empty": (b"", "scheme.version"),
    "only a comment": (b"# nothing\n", "scheme.version"),
    "a word": (b"hello", "scheme.mapping"),
    "a list": (b"- a\n- b\n", "scheme.mapping"),
    "null": (b"~\n", "scheme.mapping"),
    "json": (b'{"windvane": 1, "root": {"parts": {"a": 1, "b": 2}}}', None),
    "tabs": (b"windvane: 1\nroot:\n\tparts: {}\n", "scheme.yaml"),
    "unclosed": (b"windvane: 1\nroot: {parts: {a: 1\n", "scheme.yaml"),
    "quote": (b'windvane: 1\ntitle: "x\nroot: {}\n', "scheme.yaml"),
    "bom": (b"\xef\xbb\xbf" + GOOD.encode(), None),
    "crlf": (GOOD.replace("\n", "\r\n").encode(), None),
    "cr": (GOOD.replace("\n", "\r").encode(), None),
    "next line": ("windvane: 1\u0085root: {parts: {a: 1, b: 2}}\u2028".encode(), None),
    "directive": (b"%YAML 1.1\n---\n" + GOOD.encode(), None),
    "future": (b"%YAML 9.9\n---\n" + GOOD.encode(), "scheme.yaml"),
    "block words": (b"windvane: 1\ntitle: |\n  a\n  b\nroot: >\n  3\n", None),
    "many dashes": (b"windvane: 1\nroot: {}\nveto: " + b"- " * 3_000, "scheme.yaml"),
    "question marks": (b"? " * 3_000, "scheme."),
    "colons": (b"windvane" + b":" * 100_000, "scheme."),
    "stars": (b"*" * 100_000, "scheme."),
    "wide class": (b"windvane: 1\nclasses: {" + b", ".join(b"c%d: x" % i for i in range(300)) + b"}\nroot: {}\n", None),
    "empty keys": (b'windvane: 1\nroot: {parts: {"": 1}}\n', "scheme.code"),
    "null value": (b"windvane: 1\nroot:\n", "formula.empty"),
    "root is a list": (b"windvane: 1\nroot: [1, 2]\n", "scheme.mapping"),
    "parts is a word": (b"windvane: 1\nroot: {parts: a}\n", "scheme.mapping"),
    "huge number": (b"windvane: 1\nroot: {full: 1e999999999}\n", "scheme.number"),
    "long number": (b"windvane: 1\nroot: {full: " + b"9" * 100_000 + b"}\n", "scheme.number"),
    "small number": (b"windvane: 1\nroot: {round: -1e400}\n", "scheme.round"),
    "half a decimal": (b"windvane: 1\nroot: {round: 1.5}\n", "scheme.round"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_refused_in_words_or_read(tmp_path: Path, name: str) -> None:
    content, code = FILES[name]
    path = tmp_path / "scheme.yaml"
    path.write_bytes(content)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()

    found = read_scheme(path)

    told = [] if isinstance(found, Scheme) else [p.code for p in found]
    assert (code is None and isinstance(found, Scheme)) or (code is not None and any(c.startswith(code) for c in told)), told
    assert all(p.say("zh") and p.say("en") and len(p.say("en")) < 2_000 for p in (found if isinstance(found, list) else []))
    assert time.perf_counter() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
    assert not isinstance(found, Scheme) or found.digest


def test_nothing_of_a_scheme_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    tagged = f"windvane: 1\ntitle: !!python/object/apply:builtins.open ['{marker}', w]\n"
    text = tagged + f"root: {{points: \"__import__('os').mkdir('{marker}')\"}}\n"

    found = parse_scheme(text)

    assert isinstance(found, list)
    assert not marker.exists()


def test_a_scheme_is_a_plain_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", tmp_path / "none.xlsx", Path("/dev/zero"), Path("/dev/null")):
        found = read_scheme(path)

        assert isinstance(found, list)
        assert found[0].say("zh") and found[0].say("en")
