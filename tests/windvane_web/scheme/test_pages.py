"""Pages of the scheme: 200 for those who may, 403 or 404 for others, in both languages; what is typed is never lost."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import BAD, OTHER, SCHEME, MakeBook

from windvane import parse_scheme, read_scheme
from windvane_web.org.models import Cycle
from windvane_web.scheme.models import Version

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def visit(client: Client, cast: Cast) -> Visit:
    return Visit(client, cast)


class Visit:
    def __init__(self, client: Client, cast: Cast) -> None:
        self.client, self.cast = client, cast

    def as_(self, who: str, language: str = "zh-hans") -> Client:
        self.client.force_login(self.cast(who), backend=BACKEND)
        self.client.cookies["django_language"] = language
        return self.client

    def status(self, who: str, address: str) -> int:
        return self.as_(who).get(address).status_code


def test_who_sees_which_page_of_a_draft(visit: Visit, draft: Version) -> None:
    at = f"/scheme/versions/{draft.pk}"
    asked = {
        who: [visit.status(who, at + tail) for tail in ("", "/edit", "/freeze", "/scheme.yaml")]
        for who in ("office", "office2", "auditor", "reporter", "security")
    }

    assert asked == {
        "office": [200, 200, 403, 200],
        "office2": [200, 200, 200, 200],
        "auditor": [200, 403, 403, 200],
        "reporter": [404, 404, 404, 404],
        "security": [404, 404, 404, 404],
    }


def test_everyone_who_takes_part_reads_the_scheme_in_force(visit: Visit, frozen: Version) -> None:
    at = f"/scheme/versions/{frozen.pk}"

    assert {who: visit.status(who, at) for who in ("reporter", "governor", "finance", "security")} == {
        "reporter": 200, "governor": 200, "finance": 200, "security": 404,
    }  # fmt: skip
    assert visit.as_("reporter").get("/scheme/").headers["Location"] == at


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ["重点工作", "完成值除以目标值", "加权平均(各项) × 满分"]), ("en", ["Key work", "value divided by target"])],
)
def test_the_version_is_said_in_words(visit: Visit, frozen: Version, language: str, words: list[str]) -> None:
    page = visit.as_("governor", language).get(f"/scheme/versions/{frozen.pk}").content.decode()

    assert [word for word in words if word not in page] == []


def test_a_scheme_is_drafted_in_the_editor(visit: Visit, cycle: Cycle) -> None:
    answer = visit.as_("office").post("/scheme/draft", {"text": SCHEME.replace("\n", "\r\n"), "note": "初稿"})

    assert answer.headers["Location"] == "/scheme/versions"
    assert Version.objects.get().text == SCHEME
    assert visit.status("reporter", "/scheme/draft") == 403


def test_problems_stand_beside_the_line_and_the_text_is_kept(visit: Visit, cycle: Cycle) -> None:
    page = visit.as_("office").post("/scheme/draft", {"text": BAD}).content.decode()

    assert re.findall(r'<li id="L(\d+)" class="late"', page) == ["14"]
    assert "points: summ(" in page and "还不能保存" in page
    assert not Version.objects.exists()


def test_typing_is_checked_without_saving(visit: Visit, cycle: Cycle) -> None:
    page = visit.as_("office").post("/scheme/check", {"text": BAD}).content.decode()

    assert "第 14 行" in page and page.count("hx-swap-oob") == 2
    assert "检查通过" in visit.as_("office").post("/scheme/check", {"text": SCHEME}).content.decode()
    assert visit.as_("reporter").post("/scheme/check", {"text": SCHEME}).status_code == 403


def test_an_uploaded_file_is_shown_before_it_is_saved(visit: Visit, cycle: Cycle) -> None:
    page = visit.as_("office").post("/scheme/draft", {"text": "x", "file": SimpleUploadedFile("s.yaml", OTHER.encode())}).content.decode()

    assert "full: 45" in page and not Version.objects.exists()


def test_a_workbook_goes_out_and_comes_in(visit: Visit, draft: Version, tmp_path) -> None:  # type: ignore[no-untyped-def]
    book = visit.as_("office").get(f"/scheme/versions/{draft.pk}/scheme.xlsx")
    (tmp_path / "s.xlsx").write_bytes(book.content)
    back = read_scheme(tmp_path / "s.xlsx")
    assert not isinstance(back, list) and back.digest == parse_scheme(SCHEME).digest

    page = visit.as_("office").post(f"/scheme/versions/{draft.pk}/edit", {"seen": "1", "file": SimpleUploadedFile("s.xlsx", book.content)})

    assert "检查通过" in page.content.decode()


def test_of_two_editors_the_second_is_told(visit: Visit, draft: Version) -> None:
    visit.as_("office2").post(f"/scheme/versions/{draft.pk}/edit", {"text": OTHER, "seen": "1"})

    assert visit.as_("office").post(f"/scheme/versions/{draft.pk}/edit", {"text": SCHEME, "seen": "1"}).status_code == 409
    assert Version.objects.get().text == OTHER


def test_freezing_shows_what_changes_first(visit: Visit, cycle: Cycle, frozen: Version, cast: Cast) -> None:
    second = Version.objects.create(cycle=cycle, number=2, text=OTHER, made_by=cast("office"))
    at = f"/scheme/versions/{second.pk}/freeze"

    page = visit.as_("office2").get(at).content.decode()
    assert "已被替代" in page and "重点工作" in page and "满分由60改为55" in page
    visit.as_("office2").post(at, {"seen": "1"})

    assert Version.objects.get(pk=second.pk).state == "frozen"


def test_two_versions_compared(visit: Visit, cycle: Cycle, frozen: Version, cast: Cast) -> None:
    second = Version.objects.create(cycle=cycle, number=2, text=OTHER, made_by=cast("office"))

    page = visit.as_("auditor", "en").get(f"/scheme/compare?old={frozen.pk}&new={second.pk}").content.decode()
    assert "Key work" in page and "60" in page and "55" in page
    assert visit.as_("reporter").get(f"/scheme/compare?old={frozen.pk}&new={second.pk}").status_code == 200
    assert visit.as_("auditor").get(f"/scheme/compare?old=999&new={second.pk}").status_code == 404


def test_simulated_data_is_marked(visit: Visit, frozen: Version, make_book: MakeBook) -> None:
    book = make_book()

    for address in (f"/scheme/versions/{frozen.pk}", f"/scheme/books/{book.pk}/print", "/scheme/books"):
        assert "模拟数据" in visit.as_("office").get(address).content.decode()
