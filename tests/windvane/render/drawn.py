"""Read a drawn chart back: its texts as boxes, so that tests can see overlaps and clipped words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from windvane.render.chart_text import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


def root(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def boxes(svg: str) -> list[Box]:
    return [_box(element) for element in root(svg).iter(f"{SVG}text") if element.text]


def _box(element: ElementTree.Element) -> Box:
    size, text = float(element.attrib["font-size"]), element.text or ""
    width = text_width(text, size, bold="font-weight" in element.attrib)
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[element.attrib.get("text-anchor", "start")]
    return Box(text, left, y - 0.78 * size, left + width, y + 0.12 * size)


def texts(svg: str) -> list[str]:
    return [box.text for box in boxes(svg)]


def size(svg: str) -> tuple[float, float]:
    _, _, width, height = map(float, root(svg).attrib["viewBox"].split())
    return width, height


def overlaps(svg: str) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(boxes(svg), 2) if a.meets(b)]


def clipped(svg: str) -> list[str]:
    width, height = size(svg)
    return [box.text for box in boxes(svg) if box.left < -1 or box.right > width + 1 or box.top < -1 or box.bottom > height + 1]
