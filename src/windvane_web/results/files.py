"""Downloads: the snapshot as a case folder that ``windvane score`` reads, the ranking as workbook and csv."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.http import HttpResponse

from windvane import Ranking
from windvane.files.results import ranking_csv, workbook_en, workbook_zh
from windvane_web.results.models import Run, Snapshot

MOMENT = (2000, 1, 1, 0, 0, 0)  # the same snapshot gives the same bytes
README = """windvane snapshot
simulated: {simulated}
result digest: {result}
facts digest:  {facts}
plan digest:   {plan}

zh: 解压后运行 windvane score 本文件夹，所得结果摘要应与上面一致。
en: unzip and run "windvane score FOLDER"; the result digest must be the one above.
"""


def bundle(run: Run) -> bytes:
    """Return the snapshot of a run as a zip of its files, with the digests that computing again must give."""
    snapshot = Snapshot.objects.get(runs=run)
    simulated = "yes" if "SIMULATED.txt" in snapshot.content else "no"
    digests = {"result": run.digest, "facts": snapshot.facts_digest, "plan": snapshot.plan_digest}
    return zipped({**snapshot.content, "README.txt": README.format(simulated=simulated, **digests)}, folder=name_of(run))


def zipped(content: Mapping[str, str], folder: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", MOMENT), text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def name_of(run: Run) -> str:
    """Name of the files of a run: cycle, number, beginning of the digest."""
    return f"{run.cycle.code}-run-{run.number}-{run.digest[:8]}"


def workbook(ranking: Ranking, language: str) -> bytes:
    return workbook_en(ranking) if language == "en" else workbook_zh(ranking)


def table(ranking: Ranking) -> bytes:
    return ranking_csv(ranking)


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, never to be shown in the page or guessed at."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)
