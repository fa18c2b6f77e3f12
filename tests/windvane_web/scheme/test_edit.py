"""scheme.edit: another text in the place of a draft; whoever was faster is not overwritten."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import BAD, OTHER, SCHEME
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.scheme.actions import edit
from windvane_web.scheme.models import Version


def test_the_text_is_replaced_and_its_writer_noted(cast: Cast, draft: Version) -> None:
    version = edit(cast("office2"), draft, text=OTHER, seen=1)

    assert (version.text, version.made_by.username, version.version) == (OTHER, "office2", 2)


def test_of_two_editors_the_second_is_told(cast: Cast, draft: Version) -> None:
    edit(cast("office2"), draft, text=OTHER, seen=1)

    assert refused(lambda: edit(cast("office"), draft, text=SCHEME, seen=1)) == "changed"
    assert Version.objects.get().text == OTHER


def test_a_text_that_does_not_read_is_not_saved(cast: Cast, draft: Version) -> None:
    with pytest.raises(ValidationError):
        edit(cast("office"), draft, text=BAD)

    assert Version.objects.get().text == SCHEME


def test_a_stranger_cannot(cast: Cast, draft: Version) -> None:
    assert {refused(lambda who=who: edit(cast(who), draft, text=OTHER)) for who in ("leader", "governor", "auditor")} == {"stranger"}


def test_a_frozen_text_is_never_edited(cast: Cast, frozen: Version) -> None:
    assert refused(lambda: edit(cast("office"), frozen, text=OTHER)) == "state"


def test_the_audit_line(cast: Cast, draft: Version) -> None:
    edit(cast("office"), draft, text=OTHER, note="调整权重", seen=1)

    assert last_line() == ("office", "scheme.edit", "2019年度 方案 1", {"text": OTHER, "note": "调整权重"})
