"""The whitelist of functions that formulas may call, as data: group, number of arguments, and a word on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Function:
    """``group``: ``number`` value by value · ``items`` collection → collection · ``total`` collection → one value · ``class`` all units."""

    name: str
    group: str
    least: int
    most: int
    usage: str
    zh: str
    en: str


_TABLE: Final = (
    ("min", "number", 1, 40, "min(a, b, …) | min(parts)", "最小值", "smallest"),
    ("max", "number", 1, 40, "max(a, b, …) | max(parts)", "最大值", "largest"),
    ("clip", "number", 3, 3, "clip(x, low, high)", "限制在上下限之内", "kept within low and high"),
    ("abs", "number", 1, 1, "abs(x)", "绝对值", "absolute value"),
    ("sqrt", "number", 1, 1, "sqrt(x)", "平方根", "square root"),
    ("ln", "number", 1, 1, "ln(x)", "自然对数", "natural logarithm"),
    ("exp", "number", 1, 1, "exp(x)", "指数函数", "exponential"),
    ("floor", "number", 1, 1, "floor(x)", "向下取整", "next whole number below"),
    ("ceil", "number", 1, 1, "ceil(x)", "向上取整", "next whole number above"),
    ("round", "number", 1, 2, "round(x, decimals)", "四舍五入", "rounded, halves away from zero"),
    ("band", "number", 3, 3, "band(x, [cuts], [marks])", "分段取值", "mark of the band that x lies in"),
    ("interpolate", "number", 3, 3, "interpolate(x, [xs], [ys])", "线性插值", "straight lines between break points, flat outside"),
    ("days", "number", 2, 2, "days(later, earlier)", "相差天数", "days from earlier to later"),
    ("present", "number", 1, 1, "present(x)", "有值为1，否则为0", "1 if there is a value, else 0"),
    ("first", "number", 1, 10, "first(x, y, …)", "第一个有值的", "first that is present"),
    ("sum", "total", 1, 1, "sum(parts)", "合计", "total"),
    ("mean", "total", 1, 1, "mean(parts)", "加权平均", "weighted mean"),
    ("geometric", "total", 1, 1, "geometric(parts)", "加权几何平均", "weighted geometric mean"),
    ("harmonic", "total", 1, 1, "harmonic(parts)", "加权调和平均", "weighted harmonic mean"),
    ("power_mean", "total", 2, 2, "power_mean(parts, p)", "加权幂平均", "weighted power mean"),
    ("variance", "total", 1, 1, "variance(parts)", "加权方差", "weighted variance (n−1)"),
    ("count", "total", 1, 1, "count(parts)", "个数", "number present"),
    ("best", "items", 2, 2, "best(parts, k)", "最高的k项", "the k highest"),
    ("trimmed", "items", 2, 2, "trimmed(parts, k)", "去掉k个最高和k个最低", "without the k highest and k lowest"),
    ("share", "items", 1, 1, "share(parts)", "得分率", "points divided by full marks"),
    ("class_lowest", "class", 1, 1, "class_lowest(x)", "同类最低", "lowest of the class"),
    ("class_highest", "class", 1, 1, "class_highest(x)", "同类最高", "highest of the class"),
    ("class_mean", "class", 1, 1, "class_mean(x)", "同类平均", "mean of the class"),
    ("class_median", "class", 1, 1, "class_median(x)", "同类中位数", "median of the class"),
    ("class_sd", "class", 1, 1, "class_sd(x)", "同类标准差", "standard deviation of the class (n−1)"),
    ("class_count", "class", 1, 1, "class_count(x)", "同类单位数", "number of units of the class with a value"),
    ("class_quantile", "class", 2, 2, "class_quantile(x, q)", "同类分位数", "quantile of the class"),
    ("class_rank", "class", 1, 1, "class_rank(x)", "同类名次（1为最高）", "rank in the class, 1 = highest"),
    ("class_percent_rank", "class", 1, 1, "class_percent_rank(x)", "同类中低于本单位的比例", "share of the others below"),
)
FUNCTIONS: Final[Mapping[str, Function]] = {row[0]: Function(*row) for row in _TABLE}
