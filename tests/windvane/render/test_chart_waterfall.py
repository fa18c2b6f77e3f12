"""The waterfall adds up, chooses its layout, says where its axis starts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.windvane.render.drawn import clipped, overlaps, root, size, texts
from tests.windvane.render.gallery import FULL, PARTS, TOTAL

from windvane.render.waterfall import Step, waterfall, waterfall_table
from windvane.text import Text


def test_amounts_are_written_with_sign_and_totals_without() -> None:
    svg = waterfall(PARTS, FULL, TOTAL, language="zh", unit="分", note=False)

    assert texts(svg)[4:13] == ["100.00", "−0.88", "−1.50", "−0.54", "−3.40", "+1.20", "+0.80", "−0.50", "95.18"]


def test_cut_axis_says_so() -> None:
    assert texts(waterfall(PARTS, FULL, TOTAL, language="zh", unit="分"))[-1] == "坐标轴自 88 分起。斜纹为失分、扣分，实色为加分。"


def test_axis_from_zero_has_nothing_to_say_about_its_start() -> None:
    svg = waterfall([Step("甲", "", 40), Step("乙", "", 30)], Step("起点", "", 0), Step("总分", "", 70), language="zh", unit="分")

    assert texts(svg)[-1] == "斜纹为失分、扣分，实色为加分。"


def test_finding_names_the_largest_loss_in_the_language() -> None:
    label = root(waterfall(PARTS, FULL, TOTAL, language="en")).attrib["aria-label"]

    assert label == "Waterfall from Full marks 100.00 to Total 95.18; largest loss: Public recognition −3.40"


def test_own_finding_is_said_instead() -> None:
    svg = waterfall(PARTS, FULL, TOTAL, language="en", finding=Text("失分", "Losses"))

    assert root(svg).attrib["aria-label"] == "Losses"


def test_steps_that_do_not_reach_the_end_are_refused() -> None:
    with pytest.raises(ValueError, match=r"reach 9\.0, not 8\.0"):
        waterfall([Step("甲", "", -1)], Step("满分", "", 10), Step("总分", "", 8), language="zh")


def test_rounded_steps_may_miss_the_end_by_their_rounding() -> None:
    steps = [Step("甲", "", -0.33), Step("乙", "", -0.33), Step("丙", "", -0.33)]

    assert waterfall(steps, Step("满分", "", 10), Step("总分", "", 9), language="zh")


def test_short_names_stand_upright_and_long_names_lie() -> None:
    long = [Step("Provincial Department of Human Resources and Social Security", "", step.amount, step.kind) for step in PARTS]

    upright, lying = waterfall(PARTS, FULL, TOTAL, language="zh"), waterfall(long, FULL, TOTAL, language="zh")

    assert size(upright)[1] < size(lying)[1]
    assert overlaps(lying) == []


def test_table_holds_the_same_numbers() -> None:
    table = waterfall_table(PARTS[:1], FULL, Step("总分", "", 99.12), language="zh", unit="分")

    assert table.head == ("部分", "增减（分）", "说明")
    assert table.rows == (("满分", "100.00", "100.00"), ("重点工作", "−0.88", "54.12 / 55"), ("总分", "99.12", ""))


names = st.sampled_from(["通报", "社会认可度", "省人力资源社会保障厅", "Law-based administration", "Receptions, travel and vehicles", "A"])
amounts = st.lists(st.tuples(names, st.decimals(-5000, 5000, places=2), st.sampled_from(["", "54.12 / 55", "同类第 2"])), max_size=12)


@settings(max_examples=60, deadline=None)
@given(amounts, st.sampled_from([0, 1, 100, 1000, -40, 123456]), st.sampled_from(["zh", "en"]))
def test_any_steps_are_drawn_without_overlap(drawn: list[tuple[str, float, str]], start: int, language: str) -> None:
    steps = [Step(name, sub, float(amount)) for name, amount, sub in drawn]
    end = Step("总分", "", round(start + sum(float(step.amount) for step in steps), 2))

    svg = waterfall(steps, Step("满分", "", start), end, language=language)

    assert overlaps(svg) == []
    assert clipped(svg) == []
