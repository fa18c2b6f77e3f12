"""Schemes as YAML and Excel: written, read again, and equal to the last key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from windvane import Scheme, parse_scheme, read_scheme
from windvane.files.schemes import write_scheme
from windvane.files.yaml_writing import scheme_text
from windvane.reading import build_scheme

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/scheme.yaml"))
FULL = """
windvane: 1
title: {zh: 全部键, en: Every key}
source: {en: Only English}
simulated: yes
cycle: {from: 2019-01-01, to: 2019-12-31}
classes: {party: 党群, agency: {zh: 政府, en: Agencies}}
providers: {justice: 司法}
rules:
  own: {title: 自定, say: {zh: "{k}倍", en: "{k} times"}, points: value * k + extra, with: {k: 2}, facts: {extra: 附加}, source: 本文件}
  short: "min(value, full)"
root:
  title: 总分
  points: sum
  each: {missing: zero, note: 默认, with: {k: 3}}
  parts:
    a: {points: own, weight: 3, full: {party: 60, agency: [{from: 2019-01-01, value: 50}, {from: 2019-07-01, value: 55}]}, round: 1}
    b: 4
    c: {title: {en: "C, quoted: \\"x\\" # y"}, note: "", with: {}, where: {s: value / 2}, points: s * full, for: party, floor: -1, cap: 9}
    d:
      points: mean(entries) * full
      entries: {points: completion, rules: [levels], full: 2, choices: {done: 1, 半: {value: 0.5, zh: 一半}}}
    e: {points: max(0, full + sum(entries)), ledger: {x: -1, y: {amount: {party: -1, agency: [-2, -1]}, cap: -3, zh: 种类}}}
    f: {parts: {g: {}, h: {measure: "%", better: low, range: [0, 100], provider: justice, facts: {m: 甲}}}, at_least: 50%}
beside:
  i: {take: [f, a], except: [g], points: mean}
  j: {points: value, choices: {good: {value: 1, title: {zh: 好, en: Good}}}}
ranking: {of: exact, ties: [a, b]}
veto: [{when: a < 1, at_best: B, title: 否决}]
grades:
  - {grade: A, quota: 30%, round: floor, when: total >= 75, promote: {when: a > 1, quota: 2}}
  - {grade: B, top: {party: 10%, agency: 20%}, zh: 乙}
  - {grade: C}
"""


def again(scheme: Scheme, path: Path) -> Scheme:
    assert write_scheme(scheme, path) == []
    found = read_scheme(path)
    assert isinstance(found, Scheme), [p.say("en") for p in found]
    return found


def full_scheme() -> Scheme:
    scheme = parse_scheme(FULL.replace("max(0, full + sum(entries))", '"max(0, full + sum(entries))"'))
    assert isinstance(scheme, Scheme), [p.say("en") for p in scheme]
    return scheme


@pytest.mark.parametrize("ending", [".yaml", ".xlsx"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_comes_back_equal(path: Path, ending: str, tmp_path: Path) -> None:
    scheme = read_scheme(path)
    assert isinstance(scheme, Scheme)

    found = again(scheme, tmp_path / f"scheme{ending}")

    assert found.document == scheme.document
    assert found.digest == scheme.digest


@pytest.mark.parametrize("ending", [".yaml", ".xlsx"])
def test_every_key_comes_back_equal(ending: str, tmp_path: Path) -> None:
    scheme = full_scheme()

    found = again(scheme, tmp_path / f"scheme{ending}")

    assert found.document == scheme.document
    assert found.digest == scheme.digest
    assert found == scheme


def test_written_yaml_is_written_the_same_again() -> None:
    text = scheme_text(full_scheme().document)
    found = parse_scheme(text)

    assert isinstance(found, Scheme)
    assert scheme_text(found.document) == text


def test_how_a_file_was_typed_does_not_change_the_digest() -> None:
    first = parse_scheme("windvane: 1\nroot: {title: {zh: 总}, parts: {a: 3, b: {ledger: {k: -1}}}}\n")
    second = parse_scheme("root:\n  parts:\n    a: {weight: 3}\n    b:\n      ledger: {k: {amount: -1}}\n  title: 总\nwindvane: 1\n")
    other = parse_scheme("windvane: 1\nroot: {title: {zh: 总}, parts: {b: {ledger: {k: -1}}, a: 3}}\n")
    assert isinstance(first, Scheme) and isinstance(second, Scheme) and isinstance(other, Scheme)

    assert first.digest == second.digest
    assert first.digest != other.digest


# Random schemes ------------------------------------------------------------------------------------------------------

MARKS = st.sampled_from("\"'{}[]:,#&*!|>%@`\n=+-_x005F_?~")
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")) | MARKS, max_size=30).map(str.strip)
TITLE = TEXT | st.fixed_dictionaries({"zh": TEXT, "en": TEXT})
NUMBER = st.sampled_from(["0", "1", "2.50", "60", "100", "30%", "1e2"])
BY_CLASS = st.fixed_dictionaries({"party": NUMBER, "agency": NUMBER})
SETTING = NUMBER | BY_CLASS | NUMBER.map(lambda x: [{"value": x, "from": "2019-01-01"}])
LEAF_KEYS = {
    "title": TITLE,
    "note": TITLE,
    "provider": TEXT,
    "weight": NUMBER,
    "full": SETTING,
    "points": st.sampled_from(["value", "value / target * full", "if(value > 3, full, 0)", "-value", "missing", "stars"]),
    "facts": st.dictionaries(st.sampled_from(["x1", "甲"]), TITLE),
    "measure": TEXT,
    "better": st.sampled_from(["high", "low"]),
    "range": st.sampled_from([["0", "100"], ["2019-01-01", "2019-12-31"]]),
    "choices": st.dictionaries(TEXT, NUMBER | st.fixed_dictionaries({"value": SETTING, "title": TITLE}), max_size=3),
    "missing": st.sampled_from(["refuse", "zero", "skip", "class_mean"]),
    "floor": SETTING,
    "cap": SETTING,
    "round": st.sampled_from(["0", "2"]),
    "for": st.sampled_from(["party", ["party"], ["party", "agency"]]),
}
ENTRY_KEYS = {"full": SETTING, "rules": st.just(["levels", "status"])}
KIND_KEYS = {"zh": TEXT, "title": TITLE, "cap": SETTING}
PARENT_KEYS = {"title": TITLE, "points": st.sampled_from(["sum", "mean", "weakest"]), "at_least": st.just("50%")}
LEAF = st.fixed_dictionaries({}, optional=LEAF_KEYS)
ENTRIES = st.just("completion") | st.fixed_dictionaries({"points": st.just("value * full")}, optional=ENTRY_KEYS)
KIND = st.sampled_from(["-1", ["-2", "-0.5"]]) | st.fixed_dictionaries({"amount": SETTING}, optional=KIND_KEYS)
KINDS = st.dictionaries(st.sampled_from(["k1", "k2"]), KIND)
SLOT = st.builds(lambda leaf, entries: {**leaf, "points": "mean(entries)", "entries": entries}, LEAF, ENTRIES)
LEDGER = st.builds(lambda leaf, kinds: {**leaf, "points": "sum(entries)", "ledger": kinds}, LEAF, KINDS)
PARENT = st.fixed_dictionaries({}, optional={**PARENT_KEYS, "each": LEAF})


def above(below: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    return st.builds(lambda parts, own: {**own, "parts": parts}, st.lists(below, min_size=1, max_size=3), PARENT)


SHAPE = st.recursive(LEAF | SLOT | LEDGER, above, max_leaves=8)


def coded(shape: Mapping[str, object], counter: list[int]) -> dict[str, object]:
    """Give every node of a shape a code of its own."""
    parts = shape.get("parts")
    if not isinstance(parts, list):
        return dict(shape)
    found = {}
    for part in parts:
        counter[0] += 1
        code = f"n{counter[0]}"
        found[code] = coded(part, counter)
    return {**shape, "parts": found}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    counter = [0]
    document: dict[str, object] = {
        "windvane": "1",
        "root": coded(draw(SHAPE), counter),
        "classes": {"party": draw(TITLE), "agency": draw(TITLE)},
    }
    if draw(st.booleans()):
        document["beside"] = {"beside": coded(draw(SHAPE), counter)}
    document |= draw(st.fixed_dictionaries({}, optional={"title": TITLE, "source": TITLE, "simulated": st.sampled_from(["yes", "no"])}))
    document["grades"] = [
        {"grade": "A", "title": draw(TITLE), "quota": draw(st.sampled_from(["3", "30%"]))},
        {"grade": "B", "zh": draw(TEXT)},
    ]
    keys = draw(st.permutations(list(document)))
    return {key: document[key] for key in keys}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(documents())
def test_random_schemes_come_back_equal(tmp_path: Path, document: dict[str, object]) -> None:
    scheme, problems = build_scheme(document, {})
    assert scheme is not None, [p.say("en") for p in problems]

    for ending in (".yaml", ".xlsx"):
        path = tmp_path / f"scheme{ending}"
        assert write_scheme(scheme, path) == []
        found = read_scheme(path)
        assert isinstance(found, Scheme) or all(p.code.startswith("formula.") for p in found), [p.say("en") for p in found]
        if isinstance(found, Scheme):
            assert found.document == scheme.document
            assert found.digest == scheme.digest


# Problems name their cell --------------------------------------------------------------------------------------------


def changed(tmp_path: Path, sheet: str, **cells: object) -> list[str]:
    """Write the full scheme, change cells, read it, and say what is wrong."""
    path = tmp_path / "scheme.xlsx"
    assert write_scheme(full_scheme(), path) == []
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[sheet][place] = value
    book.save(path)
    book.close()
    found = read_scheme(path)
    return [] if isinstance(found, Scheme) else [f"{p.code} {p.where}" for p in found]


def column(sheet: str, key: str) -> str:
    from windvane.files.scheme_tables import LAYOUTS
    from windvane.files.sheets import letters

    return letters(next(layout for layout in LAYOUTS if layout.name == sheet).index(key) + 1)


@pytest.mark.parametrize(
    ("sheet", "key", "line", "value", "expected"),
    [
        ("指标", "points", 3, "valeu * 2", "formula.name scheme.xlsx 指标!B3 root.a.points"),
        ("指标", "missing", 3, "none", "scheme.one_of scheme.xlsx 指标!{} root.a.missing"),
        ("指标", "with", 3, "k: [1", "scheme.yaml scheme.xlsx 指标!{}:1:6"),
        ("指标", "level", 3, "3", "sheets.level scheme.xlsx 指标!{}"),
        ("指标", "level", 3, "0", "sheets.top scheme.xlsx 指标!B3"),
        ("指标", "code", 4, "a", "sheets.twice scheme.xlsx 指标!{}"),
        ("台账", "node", 2, "q", "sheets.node scheme.xlsx 台账!{}"),
        ("台账", "amount", 2, "x", "scheme.number scheme.xlsx 台账!{} root.e.ledger.x.amount"),
        ("等次", "quota", 2, "x%", "scheme.number scheme.xlsx 等次!{} grades.0.quota"),
        ("方案", "value", 5, "maybe", "scheme.one_of scheme.xlsx 方案!{} simulated"),
        ("规则", "points", 2, "1 +", "formula.unexpected scheme.xlsx 规则!{} rules.own.points"),
        ("否决", "when", 2, None, "formula.empty scheme.xlsx 否决!B2 veto.0.when"),
    ],
)
def test_a_mistake_in_a_cell_is_told_with_its_cell(
    tmp_path: Path, sheet: str, key: str, line: int, value: str | None, expected: str
) -> None:
    place = f"{column(sheet, key)}{line}"

    found = changed(tmp_path, sheet, **{place: value})

    assert expected.format(place) in found


def test_numbers_and_days_that_excel_stores_its_own_way(tmp_path: Path) -> None:
    path = tmp_path / "scheme.xlsx"
    assert write_scheme(full_scheme(), path) == []
    book = openpyxl.load_workbook(path)
    nodes, grades = book["指标"], book["等次"]
    nodes[f"{column('指标', 'weight')}3"] = 2.5
    grades[f"{column('等次', 'quota')}2"] = 0.3
    grades[f"{column('等次', 'quota')}2"].number_format = "0%"
    book.save(path)
    book.close()

    found = read_scheme(path)

    assert isinstance(found, Scheme)
    assert str(found.nodes["a"].weight) == str(parse_scheme("windvane: 1\nroot: {weight: 2.5}").root.weight)  # type: ignore[union-attr]
    assert found.grades == full_scheme().grades


def test_unknown_columns_and_missing_sheets(tmp_path: Path) -> None:
    assert changed(tmp_path, "指标", E1="Gewicht") == ["sheets.column scheme.xlsx 指标!E1"]

    path = tmp_path / "scheme.xlsx"
    book = openpyxl.load_workbook(path)
    del book["指标"]
    book.save(path)
    book.close()
    found = read_scheme(path)

    assert isinstance(found, list)
    assert "sheets.absent" in [p.code for p in found]


def test_a_scheme_is_written_as_yaml_or_excel_only(tmp_path: Path) -> None:
    assert [p.code for p in write_scheme(full_scheme(), tmp_path / "scheme.json")] == ["files.write_suffix"]
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_holds_no_formula_and_helps_to_fill_it_in(tmp_path: Path) -> None:
    path = tmp_path / "scheme.xlsx"
    assert write_scheme(full_scheme(), path) == []

    book = openpyxl.load_workbook(path)

    assert book.sheetnames == ["方案", "指标", "台账", "规则", "等次", "否决", "说明"]
    assert all(cell.data_type in ("s", "n") for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [sheet.freeze_panes for sheet in book][:2] == ["B2", "E2"]
    assert len(book["指标"].data_validations.dataValidation) == 3
    book.close()


def test_the_same_scheme_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert write_scheme(full_scheme(), tmp_path / name) == []

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
