"""Every chart on one page, to be looked at: ``python -m tests.windvane.render.gallery gallery.html``. All data are simulated."""

from __future__ import annotations

import sys
from math import sin
from pathlib import Path

from windvane.render.bars import Weight, bars
from windvane.render.curve import Mark, Place, curve
from windvane.render.dots import Border, Dot, dot_pages, dot_plot
from windvane.render.histogram import histogram
from windvane.render.radar import Axis, radar
from windvane.render.slope import Move, slope
from windvane.render.stacked import Stack, stacked
from windvane.render.waterfall import Step, waterfall
from windvane.text import Text

NAMES = (
    *("监狱局", "人力资源社会保障厅", "医保局", "外办", "科技厅", "审计厅", "民政厅", "商务厅"),
    *("水利厅", "统计局", "能源局", "生态环境厅", "大数据局", "卫生健康委", "市场监管局", "司法厅"),
    *("粮食和储备局", "交通运输厅", "广电局", "应急管理厅", "政务服务局", "林业局", "文物局", "文化和旅游厅"),
    *("信访局", "发展改革委", "国资委", "地质局", "工业和信息化厅", "体育局", "自然资源厅", "教育厅"),
    *("公安厅", "财政厅", "人防办", "药监局", "农业农村厅", "地方金融监管局", "港航局", "民族宗教委"),
    *("机关事务局", "供销社", "退役军人厅", "参事室", "住房城乡建设厅", "中医药局", "知识产权局"),
)
LONG = "Provincial Department of Human Resources and Social Security"
PARTS = (
    Step(Text("重点工作", "Priority work"), "54.12 / 55", -0.88),
    Step(Text("依法行政", "Law-based administration"), "8.50 / 10", -1.5),
    Step(Text("资金绩效", "Budget performance"), "9.46 / 10", -0.54),
    Step(Text("社会认可", "Public recognition"), "21.60 / 25", -3.4),
    Step(Text("创新创优", "Innovation"), Text("同类第 2", "2nd in class"), 1.2, "bonus"),
    Step(Text("表彰批示", "Commendations"), Text("1 件", "1 case"), 0.8, "bonus"),
    Step(Text("通报", "Public criticism"), Text("1 件", "1 case"), -0.5, "deduction"),
)
FULL, TOTAL = Step(Text("满分", "Full marks"), "100.00", 100), Step(Text("总分", "Total"), Text("第 9 名", "rank 9"), 95.18)
AXES = (
    Axis(Text("重点工作", "Priority work"), 0.984, 0.982, 1),
    Axis(Text("依法行政", "Law-based administration"), 0.85, 0.95, 1),
    Axis(Text("预算执行", "Budget execution"), 0.966, 0.962, 1),
    Axis(Text("运行成本", "Running cost"), 0.877, 0.84, 1),
    Axis(Text("三公经费", "Receptions, travel and vehicles"), 1, 1, 1),
    Axis(Text("社会认可", "Public recognition"), 0.864, 0.816, 0.893),
    Axis(Text("创新创优", "Innovation"), 0.8, 0.667, 1),
)
BORDERS = (
    Border(Text("优秀 12 席", "Excellent, 12 seats"), 0),
    Border(Text("良好 19 席", "Good, 19 seats"), 12),
    Border(Text("合格 16 席", "Qualified, 16 seats"), 31),
)


def dots(count: int = 47, *, spans: bool = True, english: bool = False) -> list[Dot]:
    return [_dot(i, count, spans, english) for i in range(count)]


def _dot(i: int, count: int, spans: bool, english: bool) -> Dot:
    value = 96.8 - 5.4 * i / count - 1.3 * max(0, i - count * 0.85) / count * 6 + 0.05 * sin(i)
    half = 0.55 + 0.2 * sin(3.7 * i)
    name = (LONG if i == 1 else f"Department {i + 1}") if english else "省" + NAMES[i % len(NAMES)]
    widths = (value - half / 2.4, value + half / 2.4, value - half, value + half) if spans else (None,) * 4
    return Dot(name, round(value, 2), *widths, sure=not (9 <= i <= 14 or 27 <= i <= 33), rank=str(i + 1), me=i == 8)


def waterfalls() -> list[tuple[str, str]]:
    many = [Step(f"第{n}项重点任务完成情况", f"{9 - i / 10:.1f} / 10", -0.75 - i / 10) for i, n in enumerate("一二三四五六七八九十")]
    large = [Step("Own-source revenue per inhabitant", "ahead", 12345.5), Step("Transfers", "behind", -98765.25), Step(LONG, "", 0)]
    sums = [Step(each.label, each.sub, points) for each, points in zip(PARTS, (54.12, 8.5, 9.46, 21.6, 2, 0, -0.5), strict=True)]
    low = [Step("检查扣分", "", -130, "deduction"), Step("整改加分", "", 12.5, "bonus")]
    ends = Step("满分", "", 100), Step("总分", "", 100 - sum(0.75 + i / 10 for i in range(10)))
    return [
        ("失分主要在社会认可与依法行政", waterfall(PARTS, FULL, TOTAL, language="zh", unit="分")),
        ("Losses: recognition and law", waterfall(PARTS, FULL, TOTAL, language="en", unit="points", prefix="w2")),
        ("十项任务", waterfall(many, *ends, language="zh", unit="分", prefix="w3")),
        ("Large numbers", waterfall(large, Step("Plan", "", 1234567), Step("Actual", "", 1148147.25), language="en", prefix="w4")),
        ("从零加起", waterfall(sums, Step("起点", "", 0), Step("总分", "第 9 名", 95.18), language="zh", prefix="w5")),
        ("总分为负", waterfall(low, Step("基准分", "", 100), Step("总分", "", -17.5), language="zh", prefix="w6")),
    ]


def radars() -> list[tuple[str, str]]:
    gap = (*AXES[:3], Axis("群众满意度", None, 0.9, 1), Axis("营商环境评价", 0.2, 0.4, 0.9), Axis("安全", 1.1, 1, 1.2))
    eight = [Axis(f"{each}类工作指标", 0.9 + i / 100, 0.92, 1) for i, each in enumerate("甲乙丙丁戊己庚辛")]
    return [
        ("画像：依法行政低于中位", radar(AXES, language="zh")),
        ("Portrait", radar(AXES, language="en", values=True)),
        ("有缺项", radar(gap, language="zh", values=True)),
        ("八轴", radar(eight, language="zh")),
        ("三轴", radar(AXES[:3], language="zh")),
        ("二轴用条", radar(AXES[:2], language="zh")),
        ("Too many axes", radar([*AXES, *AXES[:2]], language="en", width=440)),
    ]


def ranked() -> list[tuple[str, str]]:
    pages = dot_pages(dots(94), [Border("优秀 24 席", 0), Border("良好 38 席", 24), Border("合格 32 席", 62)], language="zh")
    return [
        ("beside a table", dot_plot(dots(), BORDERS, language="zh")),
        ("alone", dot_plot(dots(), BORDERS, language="zh", names=True, row_height_rem=1.25)),
        (
            "alone, English, no intervals",
            dot_plot(dots(spans=False, english=True), BORDERS, language="en", names=True, row_height_rem=1.25),
        ),
        *((f"page {i + 1}", page) for i, page in enumerate(pages)),
    ]


def curves() -> list[tuple[str, str]]:
    ramp = [(60, 0), (67, 0), (92, 5), (100, 5)]
    levels = [(0, 10), (3, 10), (3, 6), (7, 6), (7, 2), (12, 2), (12, 0), (15, 0)]
    falling = [(0, 0), (5, -1), (20, -4), (30, -4)]
    titles = {"x_title": "预算执行率（%）", "y_title": "得分（分）"}
    return [
        ("计分规则", curve(ramp, Place(91.15, 4.83, "91.15 % → 4.83 分"), [Mark("达标线", 92)], language="zh", **titles)),
        ("Levels", curve(levels, Place(5, 6, "5 days → 6 points"), language="en", x_title="Days late", y_title="Points")),
        ("扣分", curve(falling, Place(12, -2.4, "12 起 → −2.40 分"), language="zh", x_title="程序瑕疵（起）")),
        (
            "在最左",
            curve([(0, 100), (50, 20), (80, 0)], Place(0, 100, "0 件 → 100 分"), [Mark("平均", 9), Mark("上年", 14)], language="zh"),
        ),
        ("在满分处", curve([(0, 0), (100, 5)], Place(100, 5, "100 % → 5.00 分"), language="zh")),
    ]


def histograms() -> list[tuple[str, str]]:
    scores = [4.05, 4.1, *(4.2 + i / 15 for i in range(3)), *(4.4 + i / 26 for i in range(5)), *(4.6 + i / 41 for i in range(8))]
    scores += [4.8 + i / 50 for i in range(9)] + [5] * 20
    counts = [12000 * i**2 for i in range(1, 40)]
    return [
        ("同类 47 个单位", histogram(scores, language="zh", here=4.83, cap=5)),
        ("加中位线", histogram(scores, [Mark("中位 4.81", 4.81), Mark("平均 4.70", 4.7)], language="zh", here=5, cap=5)),
        ("Large numbers", histogram(counts, [Mark("Median", 4_800_000)], language="en", here=14_000_000)),
        ("都满分", histogram([5] * 47, language="zh", here=5, cap=5)),
        ("离群", histogram([0, *(4.5 + i / 100 for i in range(40))], language="zh", here=0, cap=5)),
        ("无数值", histogram([], language="zh")),
    ]


def weights() -> list[tuple[str, str]]:
    shares = (0.55, 0.1, 0.1, 0.25, 0.0, 0.0), (0.352, 0.141, -0.034, 0.412, 0.089, 0.04)
    rows = [Weight(step.label, *pair) for step, pair in zip(PARTS, zip(*shares, strict=True), strict=False)]
    return [("社会认可实际决定排名", bars(rows, language="zh")), ("Recognition decides", bars(rows, language="en", prefix="b2"))]


def leagues() -> list[tuple[str, str]]:
    components = [step.label for step in PARTS]
    rows = [Stack(f"省{name}", _points(i), rank=str(i + 1), me=i == 8) for i, name in enumerate(NAMES[:20])]
    totals = [Stack(row.label, row.amounts, sum(row.amounts), row.rank, row.me) for row in rows]
    english = [Stack(LONG if i == 1 else f"Department {i}", row.amounts, row.total, row.rank) for i, row in enumerate(totals[:6])]
    return [
        ("得分构成", stacked(totals, components, language="zh")),
        ("Points by component", stacked(english, components, language="en", prefix="s2", width=640)),
    ]


def _points(i: int) -> tuple[float, ...]:
    return (
        54.12 - i / 10,
        8.5 + i % 3 / 2,
        9.46 - i % 5 / 10,
        21.6 - i % 7 / 2,
        1.2 if i % 4 else 0,
        0.8 if i % 3 else 0,
        -0.5 if i % 6 == 2 else 0,
    )


def slopes() -> list[tuple[str, str]]:
    rows = [
        Move(f"省{name}", i + 1, (i * 7 + 3) % 24 + 1 if i % 5 == 0 else i + 2 - i % 2 * 2, i == 8) for i, name in enumerate(NAMES[:24])
    ]
    rows += [Move("省新设局", None, 25), Move("省撤并局", 25, None)]
    english = [Move(LONG, 1, 3), Move("Department B", 2, 2), Move("Department C", 2, 2), Move("Department D", 4, 1, me=True)]
    return [
        ("比上年：升降", slope(rows, "2025", "2026", language="zh")),
        ("Before and after", slope(english, "First run", "Second run", language="en", notable=2)),
    ]


def figures() -> list[tuple[str, str]]:
    return [*waterfalls(), *radars(), *curves(), *histograms(), *weights(), *leagues(), *slopes(), *ranked()]


def page() -> str:
    cards = "\n".join(f"<section><h2>{title}</h2>{svg}</section>" for title, svg in figures())
    style = (
        "body{font:14px 'Noto Sans CJK SC',sans-serif;background:#f4f6f8;"
        "display:flex;flex-wrap:wrap;gap:12px;margin:12px;align-items:start}"
        "section{background:#fff;border:1px solid #e1e6ec;padding:9px 16px 12px}h2{font-size:14px;margin:0 0 8px}svg{display:block}"
    )
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Gallery</title><style>{style}</style>{cards}</html>\n'


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
