"""The words of reports and workbooks: complete and clean in both languages, none missing, none left over."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import yaml

from windvane.render.phrases import Phrases

FOLDER = Path(str(resources.files("windvane.render")))
WORDS: dict[str, dict[str, str | dict[str, str]]] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
NAMES_OF_THINGS = {"windvane", "Apache", "SHA", "CASE", "FOLDER"}


def forms(said: str | dict[str, str]) -> list[str]:
    return [said] if isinstance(said, str) else [said["one"], said["many"]]


def visible(said: str) -> str:
    return re.sub(r"<[^>]*>|\{\w+\}", "", said)


def test_every_phrase_has_both_languages() -> None:
    assert [key for key, entry in WORDS.items() if set(entry) != {"zh", "en"}] == []


def test_both_languages_fill_in_the_same() -> None:
    def places(said: str | dict[str, str]) -> set[str]:
        return {name for form in forms(said) for name in re.findall(r"\{(\w+)\}", form)}

    assert [key for key, entry in WORDS.items() if places(entry["en"]) - places(entry["zh"])] == []


def test_chinese_words_hold_no_english_and_english_words_no_chinese() -> None:
    latin = {key: set(re.findall(r"[A-Za-z]{2,}", visible(form))) for key, entry in WORDS.items() for form in forms(entry["zh"])}
    english = {key for key, words in latin.items() if words - NAMES_OF_THINGS}
    chinese = {key for key, entry in WORDS.items() for form in forms(entry["en"]) if re.search(r"[\u2e80-\uffef“”’]", form)}

    assert (english, chinese) == (set(), set())


def test_every_phrase_is_used_and_every_used_phrase_exists() -> None:
    sources = [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r'"([a-z]+\.(?!html"|css"|yaml")[a-z_]+)"', text))
    made = set(re.findall(r'f?"([a-z]+)\.(?:\{|" ~)', text))

    assert {key for key in used if key.split(".")[0] in {k.split(".")[0] for k in WORDS}} - set(WORDS) == set()
    assert {key for key in WORDS if key not in used and key.split(".")[0] not in made} == set()


def test_one_and_many() -> None:
    say = Phrases("en")

    assert [say.text("count.units", n=n) for n in (1, 2)] == ["1 unit", "2 units"]


def test_what_is_filled_in_is_escaped_and_the_marks_of_the_phrase_are_not() -> None:
    said = Phrases("zh")("found.grade", title="<i>优秀</i>", n=3)

    assert str(said) == "&lt;i&gt;优秀&lt;/i&gt; <b>3</b> 个"
