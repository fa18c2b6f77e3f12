"""The simulated province: the same for a seed, with the counts of its story, and scored as calculated by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.windvane.province_by_hand import by_hand, expected_rows

from windvane import Facts, Ranking, Scores, compile_scheme, parse_scheme, rank, score
from windvane.decimals import decimal_text
from windvane.facts import Status
from windvane.files.cases import AssessmentCase, read_case
from windvane.portrait import completions
from windvane.scheme import Scheme
from windvane.simulate import Province, province, tally
from windvane.simulate.__main__ import write_province
from windvane.simulate.names import APART, MERGED
from windvane.simulate.tasks import GAPS

EXAMPLE = Path(__file__).parents[2] / "examples" / "province"


@pytest.fixture(scope="module")
def simulated() -> Province:
    return province()


@pytest.fixture(scope="module")
def scores(simulated: Province) -> Scores:
    return score(compile_scheme(scheme(simulated), simulated.books), simulated.facts)


@pytest.fixture(scope="module")
def ranking(scores: Scores) -> Ranking:
    return rank(scores)


def scheme(simulated: Province) -> Scheme:
    found = parse_scheme(simulated.scheme)
    assert isinstance(found, Scheme), [problem.say("en") for problem in found]
    return found


def books_of(simulated: Province, cls: str) -> list:
    return [book for book in simulated.books if simulated.facts.unit_index[book.unit].cls == cls]


def test_one_seed_gives_one_province(simulated: Province) -> None:
    again, other = province(), province(2020)

    assert again.facts.digest == simulated.facts.digest
    assert [book.digest for book in again.books] == [book.digest for book in simulated.books]
    assert other.facts.digest != simulated.facts.digest


def test_units_are_44_departments_and_50_agencies_in_order(simulated: Province) -> None:
    units = simulated.facts.units

    assert [unit.cls for unit in units] == ["party"] * 44 + ["agency"] * 50
    assert [unit.order for unit in units] == sorted(unit.order for unit in units)
    assert {unit.code for unit in units if not unit.competes} == set(APART)
    assert all(unit.title.zh and unit.title.en for unit in units)
    assert simulated.facts.simulated


def test_agencies_met_962_of_968(simulated: Province) -> None:
    found = tally(books_of(simulated, "agency"), simulated.facts)

    assert (found.met, found.due, found.above) == (962, 968, 214)
    assert decimal_text(100 * found.rate, 2) == "99.38"


def test_one_more_failed_indicator_gives_9928(simulated: Province) -> None:
    row = simulated.facts.get("education", "key_work", entry="t01")
    assert row is not None
    assert isinstance(row.value, Fraction)

    worse = simulated.facts.superseding(replace(row, value=row.value / 2))

    found = tally(books_of(simulated, "agency"), worse)
    assert found.met == 961
    assert decimal_text(100 * found.rate, 2) == "99.28"


def test_departments_have_376_sub_items_of_27_items_on_schedule(simulated: Province) -> None:
    books = books_of(simulated, "party")
    found = tally(books, simulated.facts)

    assert (found.met, found.due, found.ahead, found.above) == (376, 376, 31, 12)
    assert len({task.item.zh for book in books for task in book.tasks}) == 27


def test_weights_of_every_book_add_up_to_100(simulated: Province) -> None:
    assert {sum(task.weight for task in book.tasks) for book in simulated.books} == {100}


def test_joint_tasks_share_one_report(simulated: Province) -> None:
    tasks = {(book.unit, task.entry): task for book in simulated.books for task in book.tasks}
    joint = {key: task for key, task in tasks.items() if task.joint}

    assert len(joint) == 36
    for (unit, entry), task in joint.items():
        lead = tasks[tuple(task.joint.split("/"))]
        assert lead.partners == (unit,)
        assert lead.share + task.share == 1
        assert simulated.facts.get(unit, "key_work", entry=entry) is None


def test_the_reference_department_has_five_monitored_indicators_and_eighteen_tasks(simulated: Province) -> None:
    book = next(book for book in simulated.books if book.unit == "transport")
    monitored = [task for task in book.tasks if "监测系统" in task.source]
    values = [simulated.facts.get("transport", "key_work", entry=task.entry) for task in monitored]

    assert (len(monitored), len(book.tasks) - len(monitored)) == (5, 18)
    assert len({task.source for task in monitored}) == 2
    assert sum(fact.value > task.facts["target"] for fact, task in zip(values, monitored, strict=True)) == 4  # type: ignore[operator,union-attr]


def test_six_indicators_missed_their_target(simulated: Province, scores: Scores) -> None:
    short = {
        unit.code
        for unit in scores.units("agency")
        for entry in scores.outcome(unit.code, "key_work").entries
        if entry.points != entry.full
    }

    assert short == {gap.unit for gap in GAPS}


def test_engine_counts_the_same_tasks_as_met(scores: Scores) -> None:
    entries = [entry for unit in scores.units("agency") for entry in scores.outcome(unit.code, "key_work").entries]

    assert (sum(entry.points == entry.full for entry in entries), len(entries)) == (962, 968)


def test_portraits_count_the_same_completion(scores: Scores) -> None:
    found = {one.cls: (one.units, one.items, one.tasks, one.met) for one in completions(scores)}

    assert found["agency"][2:] == (968, 962)
    assert found["party"] == (44, 27, 376, 376)


def test_two_policies_cost_one_department_three_points(simulated: Province, scores: Scores) -> None:
    flaws = [entry for entry in simulated.facts.entry_index["housing", "law"] if entry.kind == "drafting_flaw"]

    assert len(flaws) == 2
    assert all(entry.document and entry.day for entry in flaws)
    assert scores.points("housing", "law") == 7


def test_seven_commendations_stop_at_the_cap_of_their_kind(scores: Scores) -> None:
    rows = [entry for entry in scores.outcome("transport", "bonus").entries if entry.row.kind == "commended"]

    assert sum(entry.raw for entry in rows) == Fraction("2.1")
    assert sum(entry.points for entry in rows) == Fraction("1.5")


def test_a_merged_body_has_no_running_cost_due(simulated: Province, scores: Scores) -> None:
    for unit in MERGED:
        fact = simulated.facts.get(unit, "running_cost")
        assert fact is not None
        assert fact.status is Status.NOT_DUE
        assert scores.points(unit, "running_cost") is None
        assert scores.points(unit, "money") is not None


def test_a_little_known_body_gets_the_mean_of_its_class(simulated: Province, scores: Scores) -> None:
    answers = simulated.facts.get("counsellors", "survey", "n")
    assert answers is not None
    assert isinstance(answers.value, Fraction)
    assert answers.value < 100
    assert scores.points("counsellors", "survey") is not None


def test_every_survey_estimate_has_an_error_and_a_loading(simulated: Province) -> None:
    estimates = [fact for fact in simulated.facts.rows if fact.indicator == "survey" and fact.name == "value"]

    assert len(estimates) == len(simulated.facts.loadings) == 94
    assert all(fact.error and fact.error > 0 for fact in estimates)
    assert all(0 < loading.loading < 2 for loading in simulated.facts.loadings)


def test_scores_are_those_calculated_by_hand(simulated: Province, scores: Scores) -> None:
    sheets = by_hand(simulated.facts, simulated.books)

    assert scores.complete
    for unit in simulated.facts.units:
        for node, points in sheets[unit.code].nodes.items():
            assert scores.points(unit.code, node) == points, (unit.code, node)


def test_ranks_and_grades_are_those_calculated_by_hand(simulated: Province, ranking: Ranking) -> None:
    sheets = by_hand(simulated.facts, simulated.books)

    assert {unit: (ranking[unit].rank, ranking[unit].grade) for unit in sheets} == {
        unit: (one.rank, one.grade) for unit, one in sheets.items()
    }


def test_a_veto_gives_the_seat_to_the_next(ranking: Ranking) -> None:
    vetoed = ranking["forestry"]

    assert vetoed.grade == "pass"
    assert vetoed.rank is not None
    assert vetoed.rank <= 12
    assert ranking.counts("agency") == {"excellent": 12, "good": 19, "pass": 16, "fail": 0}
    assert ranking.counts("party") == {"excellent": 11, "good": 18, "pass": 15, "fail": 0}


def test_facts_of_single_months_never_reach_a_score(simulated: Province, scores: Scores) -> None:
    yearly = replace(simulated.facts, rows=tuple(fact for fact in simulated.facts.rows if not fact.period))
    assert isinstance(yearly, Facts)
    assert len(yearly.rows) < len(simulated.facts.rows)

    again = score(scores.plan, yearly)

    assert [again.points(unit.code) for unit in yearly.units] == [scores.points(unit.code) for unit in yearly.units]


def test_the_example_is_what_the_program_writes(simulated: Province, tmp_path: Path) -> None:
    assert write_province(simulated, tmp_path) == []

    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {"scheme.yaml", "units.csv", "facts.csv", "entries.csv", "loadings.csv", "books.csv"} <= set(written)
    assert {name: (EXAMPLE / name).read_bytes() == content for name, content in written.items()} == dict.fromkeys(written, True)


def test_the_example_read_from_its_files_is_the_same_province(simulated: Province) -> None:
    found = read_case(EXAMPLE)

    assert isinstance(found, AssessmentCase), [problem.say("en") for problem in found]
    assert found.facts.digest == simulated.facts.digest
    assert {book.unit: book.digest for book in found.books} == {book.unit: book.digest for book in simulated.books}


def test_expected_figures_are_those_calculated_by_hand(simulated: Province) -> None:
    with (EXAMPLE / "expected.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == expected_rows(by_hand(simulated.facts, simulated.books))
