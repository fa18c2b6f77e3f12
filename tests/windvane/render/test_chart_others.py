"""Bars, stacked bars, histogram, rule curve and slope."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.windvane.render.drawn import boxes, clipped, overlaps, root, texts
from tests.windvane.render.gallery import LONG

from windvane.render.bars import Weight, bars, bars_table
from windvane.render.curve import Mark, Place, curve, curve_table
from windvane.render.histogram import histogram, histogram_table
from windvane.render.slope import Move, slope, slope_table
from windvane.render.stacked import Stack, stacked, stacked_table
from windvane.text import Text

RAMP = [(60, 0), (67, 0), (92, 5), (100, 5)]


def test_bars_name_the_component_that_differs_most() -> None:
    rows = [Weight("重点工作", 0.55, 0.352), Weight("社会认可", 0.25, 0.412), Weight("缺", 0.2, None)]

    svg = bars(rows, language="zh")

    assert root(svg).attrib["aria-label"] == "名义权重与实际权重：相差最大的是重点工作，−19.8 个百分点"
    assert {"55.0", "35.2", "25.0", "41.2", "—"} <= set(texts(svg))
    assert bars_table(rows, language="zh").rows[0] == ("重点工作", "55.0", "35.2")


def test_effective_weight_below_zero_is_hatched() -> None:
    svg = bars([Weight("A", 0.6, 1.1), Weight("B", 0.4, -0.1)], language="en", prefix="x")

    assert svg.count("url(#x-loss)") == 1
    assert "−10.0" in texts(svg)


def test_stacked_rows_must_add_up() -> None:
    with pytest.raises(ValueError, match="add to 12"):
        stacked([Stack("甲", (10, 2), 13)], ["基本", "加分"], language="zh")
    with pytest.raises(ValueError, match="1 amounts, not 2"):
        stacked([Stack("甲", (10,), 10)], ["基本", "加分"], language="zh")


def test_stacked_deductions_are_hatched_and_named() -> None:
    svg = stacked([Stack("甲", (80, None, -2), 78)], ["基本", "加分", "通报"], language="zh", prefix="x")

    assert svg.count("url(#x-loss)") == 2  # legend and row
    assert texts(svg)[:2] == ["基本", "扣分"]


def test_stacked_table() -> None:
    table = stacked_table([Stack("甲", (80, None), 80)], [Text("基本", "Base"), "加分"], language="en")

    assert (table.head, table.rows) == (("Unit", "Base", "加分", "Total"), (("甲", "80.00", "—", "80.00"),))


def test_histogram_counts_every_value_once_and_shares_the_cap() -> None:
    values = [3.2, 4.1, 4.15, 4.4, 4.6, 4.8, 5, 5, 5, 5]

    svg, table = histogram(values, language="zh", here=4.8, cap=5), histogram_table(values, language="zh", cap=5)

    assert sum(int(count) for _, count in table.rows) == len(values)
    assert table.rows[-1] == ("满分", "4")
    assert "40 %" in texts(svg)
    assert svg.count('fill="#1b4f8f"') == 1


def test_histogram_puts_far_off_values_into_an_open_bin() -> None:
    rows = histogram_table([0, 1, *(90 + i / 10 for i in range(40))], language="zh", cap=100).rows

    assert rows[0] == ("<90", "2")


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=100), st.one_of(st.none(), st.floats(-1000, 1000)))
def test_any_values_are_counted_and_drawn(values: list[float], cap: float | None) -> None:
    svg = histogram(values, [Mark("中位 1", values[0])], language="en", here=values[0], cap=cap)

    assert sum(int(count) for _, count in histogram_table(values, language="en", cap=cap).rows) == len(values)
    assert overlaps(svg) == []
    assert clipped(svg) == []


def test_curve_names_kinks_and_place() -> None:
    svg = curve(RAMP, Place(91.15, 4.83, "91.15 % → 4.83 分"), [Mark("达标线", 92)], language="zh", x_title="执行率（%）")

    assert {"60", "67", "92", "100", "91.15 % → 4.83 分", "达标线", "执行率（%）"} <= set(texts(svg))
    assert root(svg).attrib["aria-label"] == "计分规则曲线；本单位：91.15 % → 4.83 分"


def test_curve_breaks_where_the_rule_jumps() -> None:
    svg = curve([(0, 10), (3, 10), (3, 6), (7, 6)], language="en")

    assert len(re.findall(r'<path [^>]*stroke="#1b4f8f"', svg)) == 2
    assert len(re.findall(r'<path [^>]*stroke-dasharray="2 2"', svg)) == 1


def test_curve_needs_two_points() -> None:
    with pytest.raises(ValueError, match="two points"):
        curve([(0, 0)], language="en")


def test_curve_table() -> None:
    assert curve_table(RAMP[:2], language="zh", x_title="执行率").rows == (("60", "0"), ("67", "0"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-50, 100)), min_size=2, max_size=8), st.integers(0, 7))
def test_any_rule_is_drawn_without_overlap(points: list[tuple[float, float]], at: int) -> None:
    rule = sorted(points)
    x, y = rule[at % len(rule)]

    svg = curve(rule, Place(x, y, f"{x:.2f} → {y:.2f}"), language="en", x_title="Value", y_title="Points")

    assert overlaps(svg) == []
    assert clipped(svg) == []


def test_slope_keeps_tied_units_apart() -> None:
    svg = slope([Move("甲", 1, 2), Move("乙", 1, 1), Move("丙", 3, 2)], "上年", "今年", language="zh")

    tops = [box.top for box in boxes(svg) if box.text in "甲乙丙"]

    assert len(set(tops)) == 3
    assert overlaps(svg) == []


def test_slope_marks_notable_moves_and_newcomers() -> None:
    svg = slope([Move(LONG, 1, 5), Move("B", 5, 1), Move("C", 3, 3), Move("New", None, 2)], "2025", "2026", language="en")

    assert "○ ranked once only" in texts(svg)
    assert len(re.findall(r'<path [^>]*stroke="#b1241c"', svg)) == 1
    assert clipped(svg) == overlaps(svg) == []
    assert root(svg).attrib["aria-label"] == f"Ranks before and after: largest rise B, 4; largest fall {LONG}, 4"


def test_slope_table_says_the_move() -> None:
    rows = slope_table([Move("甲", 5, 1), Move("乙", 1, 2), Move("丙", None, 3)], "上年", "今年", language="zh").rows

    assert rows == (("甲", "5", "1", "▲ 4"), ("乙", "1", "2", "▽ 1"), ("丙", "—", "3", "—"))
