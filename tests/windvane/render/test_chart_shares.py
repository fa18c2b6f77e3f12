"""Radar and the bars that stand in for it."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.windvane.render.drawn import clipped, overlaps, root, texts
from tests.windvane.render.gallery import AXES

from windvane.render.radar import Axis, radar, radar_table


def test_centre_is_named() -> None:
    assert "中心为 60 %" in texts(radar(AXES, language="zh"))
    assert "Centre: 60 %" in texts(radar(AXES, language="en"))


def test_unit_is_solid_median_dashed_best_dotted() -> None:
    shapes = re.findall(r'<polygon [^>]*stroke="(#[0-9a-f]+)"[^>]*?(?:stroke-dasharray="([^"]+)")?/>', radar(AXES, language="zh"))

    assert shapes[-3:] == [("#a9b3bf", "1.5 2.5"), ("#1b4f8f", ""), ("#6d7887", "4 3")]


def test_missing_share_leaves_the_outline_open() -> None:
    svg = radar([*AXES[:3], Axis("缺", None, 0.9, 1)], language="zh", values=True)

    assert svg.count("<circle") == 3
    assert "—" in texts(svg)


def test_finding_names_the_part_furthest_below_the_median() -> None:
    assert root(radar(AXES, language="zh")).attrib["aria-label"] == "各部分得分率：依法行政低于中位最多，低 10.0 个百分点"


def test_fewer_than_three_axes_become_bars() -> None:
    svg = radar(AXES[:2], language="zh")

    assert "<polygon" not in svg
    assert texts(svg).count("98.4") == 1


def test_table_writes_percent_and_a_dash_for_missing() -> None:
    table = radar_table([Axis("甲", 0.985, None, 1)], language="zh")

    assert table.head == ("部分", "本单位 %", "中位 %", "最高 %")
    assert table.rows == (("甲", "98.5", "—", "100.0"),)


names = st.sampled_from(
    ["安全", "依法行政", "社会认可度", "群众满意度和营商环境评价", "Law-based administration", "Receptions, travel and vehicles"]
)
shares = st.one_of(st.none(), st.floats(-0.2, 1.3))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.builds(Axis, names, shares, shares, shares), min_size=1, max_size=9), st.sampled_from(["zh", "en"]), st.booleans())
def test_any_axes_are_drawn_without_overlap(axes: list[Axis], language: str, values: bool) -> None:
    svg = radar(axes, language=language, values=values)

    assert overlaps(svg) == []
    assert clipped(svg) == []
