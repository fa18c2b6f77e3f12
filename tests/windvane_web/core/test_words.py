"""Every Chinese text of the pages has English, one and the same everywhere, and the catalogue holds it."""

from __future__ import annotations

import re

from django.utils import translation

from windvane_web.core import words


def test_every_text_has_english() -> None:
    assert words.missing() == {}


def test_one_chinese_text_has_one_english() -> None:
    assert words.clashes() == []


def test_the_catalogue_is_made_of_the_fragments() -> None:
    assert words.CATALOGUE.read_bytes() == words.compiled(words.translations()), "run manage.py merge_words"


def test_english_leaves_no_chinese_behind() -> None:
    left = {zh for zh, en in words.translations().items() if words.CHINESE.search(en)}

    assert left == {"中文"}


def test_places_of_values_are_the_same_in_both() -> None:
    values = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    wrong = {zh: en for zh, en in words.translations().items() if sorted(values.findall(zh)) != sorted(values.findall(en))}

    assert wrong == {}


def test_it_is_used() -> None:
    with translation.override("en"):
        assert translation.gettext("催办") == "Remind"
    with translation.override("zh-hans"):
        assert translation.gettext("催办") == "催办"
