"""The command line: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from windvane.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
MINISTRIES = str(EXAMPLES / "ministries-2022")
PROVINCE = str(EXAMPLES / "province")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words], env={"COLUMNS": "120"})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(MINISTRIES, folder)
    text = (folder / "facts.csv").read_text(encoding="utf-8")
    (folder / "facts.csv").write_text(text.replace("0.85", "abc", 1), encoding="utf-8")
    return folder


def test_check_of_a_sound_case_ends_with_0() -> None:
    assert run("check", MINISTRIES).exit_code == 0


def test_check_names_the_place_of_a_mistake_in_both_languages(broken: Path) -> None:
    zh, en = run("check", str(broken)), run("check", str(broken), "--lang", "en")

    assert (zh.exit_code, en.exit_code) == (1, 1)
    assert "facts.csv:2" in zh.output
    assert "facts.csv:2" in en.output
    assert "abc" in en.output


def test_check_prints_problems_as_json(broken: Path) -> None:
    found = json.loads(run("check", str(broken), "--json").output)

    assert [problem["severity"] for problem in found] == ["error"]
    assert found[0]["zh"] != found[0]["en"]


def test_score_prints_the_league_table_and_writes_results(tmp_path: Path) -> None:
    out = tmp_path / "results"

    done = run("score", MINISTRIES, "--out", str(out))

    assert done.exit_code == 0
    assert "商务部" in done.output
    assert {path.suffix for path in out.iterdir()} >= {".html", ".xlsx", ".csv", ".parquet"}


def test_score_of_a_broken_case_writes_nothing(broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"

    done = run("score", str(broken), "--out", str(out))

    assert done.exit_code == 1
    assert not out.exists()


def test_score_twice_gives_the_same_digest() -> None:
    first, second = (json.loads(run("score", MINISTRIES, "--no-files", "--json").output) for _ in range(2))

    assert first == second
    assert len(first["digests"]["result"]) == 64


def test_a_missing_case_is_said_in_words() -> None:
    done = run("score", "no-such-folder", "--lang", "en")

    assert done.exit_code == 1
    assert "no-such-folder" in done.output


def test_the_province_counts_its_indicators_from_the_facts() -> None:
    zh, en = run("score", PROVINCE, "--no-files"), run("score", PROVINCE, "--no-files", "--lang", "en")

    assert "968 项，完成 962 项，完成率 99.38 %" in zh.output
    assert "376 own indicators" in en.output
    assert "模拟数据" in zh.output
    assert "simulated data" in en.output


def test_rank_of_one_class_shows_the_first(tmp_path: Path) -> None:
    done = run("rank", PROVINCE, "--class", "party", "--top", "3")

    assert done.exit_code == 0
    assert "政府机关" not in done.output
    assert "共 44 个单位" in done.output


def test_rank_refuses_an_unknown_class() -> None:
    done = run("rank", PROVINCE, "--class", "partei", "--lang", "en")

    assert done.exit_code == 2
    assert "party" in done.output


def test_explain_speaks_in_sentences() -> None:
    zh, en = run("explain", MINISTRIES, "商务部"), run("explain", MINISTRIES, "商务部", "--lang", "en")

    assert "总分：" in zh.output
    assert " points of 100" in en.output


def test_explain_of_an_unknown_unit_offers_others() -> None:
    done = run("explain", MINISTRIES, "商业部")

    assert done.exit_code == 2
    assert "商务部" in done.output


def test_explain_against_another_unit_adds_up_to_the_gap() -> None:
    done = run("explain", MINISTRIES, "商务部", "--against", "交通运输部")

    assert done.exit_code == 0
    assert done.output.strip().splitlines()[-1].split()[-1] == "+0.5"


def test_explain_as_json_holds_the_formula_with_numbers() -> None:
    found = json.loads(run("explain", MINISTRIES, "商务部", "--json").output)

    assert found["state"] == "scored"
    assert found["parts"]


def test_diff_of_a_scheme_with_itself_says_so() -> None:
    assert "相同" in run("diff", MINISTRIES, MINISTRIES).output


def test_convert_there_and_back_changes_nothing(tmp_path: Path) -> None:
    sheet, back = tmp_path / "scheme.xlsx", tmp_path / "scheme.yaml"

    assert run("convert", f"{PROVINCE}/scheme.yaml", str(sheet)).exit_code == 0
    assert run("convert", str(sheet), str(back)).exit_code == 0
    assert "相同" in run("diff", PROVINCE, str(back)).output


def test_convert_does_not_overwrite_unasked(tmp_path: Path) -> None:
    target = tmp_path / "scheme.yaml"
    target.write_text("mine", encoding="utf-8")

    assert run("convert", f"{PROVINCE}/scheme.yaml", str(target)).exit_code == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert run("convert", f"{PROVINCE}/scheme.yaml", str(target), "--force").exit_code == 0


def test_schema_is_json() -> None:
    assert json.loads(run("schema").output)["title"]
