"""Target books: one row a task."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from windvane.book import Book, Milestone, Task
from windvane.files.books import read_books
from windvane.text import Text


def read(folder: Path, table: str) -> tuple[Book, ...]:
    (folder / "books.csv").write_text(table, encoding="utf-8")
    found = read_books(folder / "books.csv")
    assert isinstance(found, tuple), [p.say("en") for p in found]
    return found


def refusals(folder: Path, table: str) -> list[str]:
    (folder / "books.csv").write_text(table, encoding="utf-8")
    found = read_books(folder / "books.csv")
    assert isinstance(found, list), found
    assert all(p.say("zh") and p.say("en") for p in found)
    return [f"{p.where}: {p.code}" for p in found]


def test_a_book(tmp_path: Path) -> None:
    header = (
        "unit,slot,entry,item,title,title_en,source,clause,weight,rule,target,base,previous,with.cap,fact.depth,"
        "measure,better,milestones,lead,partners,joint,share,sensitive"
    )
    row = (
        "water,key_work,t01,水利建设,修渠,Canals,工作要点,第1条,3,completion,5万元,2,1,1.2,7,"
        "万元,越低越好,2019/6/30=40；2019-12-31=100,water,a b,water/t02,40%,是"
    )
    (book,) = read(tmp_path, f"{header}\n{row}\n")
    assert book == Book(
        "water",
        (
            Task(
                "t01", "key_work", Text("修渠", "Canals"), Text("水利建设"), "工作要点", "第1条", Fraction(3), "completion",
                params={"cap": Fraction("1.2")}, measure="万元", better="low",
                facts={"target": Fraction(5), "base": Fraction(2), "previous": Fraction(1), "depth": Fraction(7)},
                milestones=(Milestone(date(2019, 6, 30), Fraction(40)), Milestone(date(2019, 12, 31), Fraction(100))),
                lead="water", partners=("a", "b"), joint="water/t02", share=Fraction("0.4"), sensitive=True,
            ),
        ),
    )  # fmt: skip
    assert book.tasks[0].where == "books.csv:2 entry"


def test_chinese_headers_and_defaults(tmp_path: Path) -> None:
    (book,) = read(tmp_path, "单位,指标,条目,任务,权重,目标值\nwater,key_work,t01,修渠,,2019年6月30日\n")
    assert book.tasks == (Task("t01", "key_work", Text("修渠"), facts={"target": date(2019, 6, 30)}),)


def test_amendments(tmp_path: Path) -> None:
    table = "unit,slot,entry,target,since,reason,approval\nw,k,t,5,,,\nw,k,t,4,2019-07-01,洪水,文件1\nv,k,t,5,,,\n"
    water, other = read(tmp_path, table)
    assert (water.unit, other.unit) == ("w", "v")
    assert [t.facts["target"] for t in water.in_force("k", date(2019, 6, 30))] == [5]
    assert [t.facts["target"] for t in water.in_force("k", None)] == [4]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("unit,slot,entry\nw,k,t\nw,k,t\n", ["books.csv:3 entry: books.twice"]),
        ("unit,slot,entry,since\nw,k,t,2019-07-01\n", ["books.csv:2 entry: books.amendment"]),
        ("unit,slot,entry\n,,\nw,,t\n", ["books.csv:3 slot: facts.empty"]),
        ("unit,slot,entry,milestones\nw,k,t,2019-12-31=1;2019-06-30=2\n", ["books.csv:2 milestones: books.milestone_order"]),
        ("unit,slot,entry,milestones\nw,k,t,年底完成\n", ["books.csv:2 milestones: books.milestone"]),
        ("unit,slot,entry,weight\nw,k,t,-1\n", ["books.csv:2 weight: books.weight"]),
        ("unit,slot,entry,share\nw,k,t,0\n", ["books.csv:2 share: cell.share"]),
        ("unit,slot,entry,share\nw,k,t,40\n", ["books.csv:2 share: cell.share"]),
        ("unit,slot,entry,better\nw,k,t,more\n", ["books.csv:2 better: books.better"]),
        ("unit,slot,entry,joint\nw,k,t,finance\n", ["books.csv:2 joint: books.joint"]),
        ("unit,slot,entry,target\nw,k,t,很多\n", ["books.csv:2 target: books.number"]),
        ("unit,slot,entry,target\nw,k,t,5万元\n", ["books.csv:2 target: cell.measure_unknown"]),
        ("unit,slot,entry,wiegth\nw,k,t,1\n", ["books.csv:1 wiegth: facts.column"]),
        ("unit,slot\nw,k\n", ["books.csv:1: facts.no_column"]),
    ],
)
def test_mistakes(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert refusals(tmp_path, table) == expected
