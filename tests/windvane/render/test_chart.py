"""Every chart of the gallery keeps the rules of the canvas; the canvas itself."""

from __future__ import annotations

import re

import pytest
from tests.windvane.render import gallery
from tests.windvane.render.drawn import clipped, overlaps, root, size, texts

from windvane.render import chart
from windvane.render.waterfall import Step, waterfall

CHARTS = dict(gallery.figures())
every_chart = pytest.mark.parametrize("svg", CHARTS.values(), ids=list(CHARTS))


@every_chart
def test_no_text_covers_another(svg: str) -> None:
    assert overlaps(svg) == []


@every_chart
def test_no_text_leaves_the_picture(svg: str) -> None:
    assert clipped(svg) == []


@every_chart
def test_svg_stands_without_styles_classes_and_scripts(svg: str) -> None:
    assert re.findall(r"var\(|<style|<script| style=| class=|href|currentColor|NaN|None", svg) == []


@every_chart
def test_picture_says_what_it_finds(svg: str) -> None:
    attributes = root(svg).attrib

    assert attributes["role"] == "img"
    assert len(attributes["aria-label"]) >= 5


@every_chart
def test_picture_grows_with_the_text_around_it(svg: str) -> None:
    width, height = size(svg)
    attributes = root(svg).attrib

    assert (attributes["width"], attributes["height"]) == (f"{width / 16:g}rem", f"{height / 16:g}rem")


@every_chart
def test_fills_refer_to_patterns_of_the_same_picture(svg: str) -> None:
    used, defined = set(re.findall(r"url\(#([^)]+)\)", svg)), set(re.findall(r'id="([^"]+)"', svg))

    assert used <= defined


def test_same_data_give_the_same_text() -> None:
    assert gallery.page() == gallery.page()


def test_pattern_names_follow_the_prefix() -> None:
    steps, start, end = [Step("甲", "", -1)], Step("满分", "", 10), Step("总分", "", 9)

    svg = waterfall(steps, start, end, language="zh", prefix="unit-7")

    assert re.findall(r'id="([^"]+)"', svg) == ["unit-7-loss"]


def test_labels_are_escaped() -> None:
    steps, start, end = [Step('<b>&"甲', "", -1)], Step("满分", "", 10), Step("总分", "", 9)

    svg = waterfall(steps, start, end, language="zh", finding='"><script>')

    assert '<b>&"甲' in texts(svg)
    assert root(svg).attrib["aria-label"] == '"><script>'


def test_in_points_changes_only_the_size_of_the_picture() -> None:
    svg = chart.picture(320, 160, [chart.line(0, 0, 9, 9, width=3)], "width=&quot;20rem&quot;")

    sized = chart.in_points(svg)

    assert 'viewBox="0 0 320 160" width="240pt" height="120pt"' in sized
    assert sized.partition(">")[2] == svg.partition(">")[2]


def test_legend_breaks_into_lines_that_fit() -> None:
    keys = [chart.Key(f"Component number {i}", fill=chart.MAIN) for i in range(5)]

    parts, baseline = chart.legend(keys, 0, 12, 300)

    assert clipped(chart.picture(300, baseline + 8, parts, "legend")) == []
    assert baseline == 12 + 18 * 2
