"""The ranked dot plot keeps the rows of its table; alone it has names; on several pages one axis."""

from __future__ import annotations

import re
from itertools import pairwise

from tests.windvane.render.drawn import boxes, clipped, overlaps, root, size, texts
from tests.windvane.render.gallery import BORDERS, LONG, dots

from windvane.render.dots import Border, Dot, dot_pages, dot_plot, dot_table


def centres(svg: str) -> list[float]:
    return [float(y) for y in re.findall(r'<circle cx="[^"]+" cy="([^"]+)"', svg)]


def test_rows_share_the_height_of_the_table() -> None:
    svg = dot_plot(dots(), language="zh", row_height_rem=1.5, head_rem=3)

    rows = centres(svg)[2:] if len(centres(svg)) > 48 else centres(svg)[-47:]

    assert size(svg)[1] == 48 + 47 * 24
    assert rows[-1] == 48 + 46.5 * 24
    assert {round(b - a, 1) for a, b in pairwise(rows[-40:])} == {24}


def test_borders_are_named_in_their_first_row() -> None:
    svg = dot_plot(dots(), BORDERS, language="zh")

    named = {box.text: box.bottom for box in boxes(svg) if "席" in box.text}

    assert list(named) == ["优秀 12 席", "良好 19 席", "合格 16 席"]
    assert 48 + 12 * 24 < named["良好 19 席"] < 48 + 13 * 24


def test_unsure_dot_is_hollow() -> None:
    svg = dot_plot([Dot("甲", 90), Dot("乙", 89, sure=False)], language="zh")

    assert svg.count('fill="#ffffff" stroke="#bd7d06"') == 2  # one in the legend


def test_alone_it_shows_rank_name_and_points() -> None:
    found = texts(dot_plot([Dot(LONG, 90.5, rank="1"), Dot("B", 80, rank="2")], language="en", names=True))

    assert {LONG, "1", "90.50", "80.00"} <= set(found)


def test_unit_without_points_keeps_its_row() -> None:
    svg = dot_plot([Dot("甲", 90), Dot("乙", None)], [Border("合格", 1)], language="zh", names=True)

    assert centres(svg) == [60]
    assert "—" in texts(svg)


def test_class_without_points_is_still_a_picture() -> None:
    svg = dot_plot([Dot("甲", None)], language="zh")

    assert root(svg).attrib["aria-label"] == "总分点图：没有单位有总分"


def test_equal_points_do_not_break_the_axis() -> None:
    assert clipped(dot_plot([Dot("甲", 90), Dot("乙", 90)], language="zh")) == []


def test_hundred_units_take_two_pages_on_one_axis() -> None:
    first, second = dot_pages(dots(100), [Border("优秀", 0), Border("良好", 30)], language="zh")

    ticks = [[box.text for box in boxes(page) if box.bottom < 48 and box.text.isdigit()] for page in (first, second)]

    assert ticks[0] == ticks[1]
    assert "良好（续）" in texts(second)
    assert overlaps(first) == overlaps(second) == []


def test_table_writes_intervals_as_spans() -> None:
    table = dot_table([Dot("甲", 90, 89.5, 90.5, 89, 91, rank="1"), Dot("乙", None)], language="zh")

    assert table.rows == (("1", "甲", "90.00", "89.50–90.50", "89.00–91.00"), ("", "乙", "—", "—", "—"))
