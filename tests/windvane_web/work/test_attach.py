from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import File, line, pdf

from windvane_web.core.action import Refused
from windvane_web.scheme.models import BookTask
from windvane_web.work.actions import attach, detach, submit
from windvane_web.work.models import Evidence, Report
from windvane_web.work.uploads import LARGEST, checked, plain_name


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


def test_a_document_is_kept_under_its_digest(report: Report, cast: Cast, files: Path) -> None:
    upload = pdf()

    attach(cast("reporter"), report, file=upload)

    kept = Evidence.objects.get()
    assert (kept.name, kept.kind, kept.size, kept.report) == ("验收报告.pdf", "application/pdf", 9, report)
    assert kept.file.name == f"evidence/{upload.digest[:2]}/{upload.digest}"
    assert (files / kept.file.name).read_bytes() == upload.content
    assert line() == ("report.attach", "reporter", {"file": f"验收报告.pdf sha256:{upload.digest}"})


def test_the_same_document_twice_is_one(report: Report, cast: Cast) -> None:
    attach(cast("reporter"), report, file=pdf())
    attach(cast("reporter"), report, file=pdf("又一次.pdf"))

    assert [e.name for e in Evidence.objects.all()] == ["验收报告.pdf"]


def test_sensitive_tasks_refuse_uploads(report: Report, cast: Cast) -> None:
    BookTask.objects.update(sensitive=True)

    with pytest.raises(ValidationError):
        attach(cast("reporter"), report, file=pdf())

    assert Evidence.objects.count() == 0


def test_a_draft_lets_go_of_a_document_and_the_trail_knows_which(report: Report, cast: Cast) -> None:
    upload = pdf()
    attach(cast("reporter"), report, file=upload)

    detach(cast("reporter"), report, digest=upload.digest)

    assert Evidence.objects.count() == 0
    assert line() == ("report.detach", "reporter", {"digest": upload.digest})


def test_a_stranger_attaches_nothing(report: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        attach(cast("stranger"), report, file=pdf())

    assert refused.value.reason == "stranger"


def test_what_was_submitted_does_not_change(report: Report, cast: Cast) -> None:
    attach(cast("reporter"), report, file=pdf())
    Report.objects.update(value="1")
    submit(cast("reporter"), report)

    for deed in (
        lambda: attach(cast("reporter"), report, file=pdf(more=b"x")),
        lambda: detach(cast("reporter"), report, digest=pdf().digest),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "state"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.pdf", b"<html>"),
        ("a.pdf", b""),
        ("a.png", b"%PDF-1.7"),
        ("a.docx", zipped("[Content_Types].xml", "xl/workbook.xml")),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.zip", zipped("tool.exe")),
        ("a.zip", b"PK\x03\x04broken"),
        ("a.txt", b"a\x00b"),
        ("a", b"%PDF-1.7"),
    ],
)
def test_what_a_file_says_it_is_must_be_what_it_is(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        checked(File(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", b"%PDF-1.7"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml")),
        ("a.zip", zipped("现场.jpg")),
        ("a.csv", "单位,数".encode("gb18030")),
    ],
)
def test_ordinary_files_are_taken(name: str, content: bytes) -> None:
    assert checked(File(name, content)).name == name


def test_a_large_file_is_refused_unread() -> None:
    file = File("a.pdf", b"%PDF-")
    file.size = LARGEST + 1

    with pytest.raises(ValidationError):
        checked(file)


def test_names_neither_climb_nor_deceive() -> None:
    assert plain_name("../../etc/a\u202efdp.pdf") == "afdp.pdf"
    assert plain_name('C:\\x\\a"b\r\n.pdf') == "ab.pdf"
