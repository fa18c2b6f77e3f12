"""The year at a glance: how many tasks are met, which units are behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from windvane.files.tables import Sheet, csv_bytes, workbook_bytes
from windvane_web.core.downloads import CSV, XLSX, attachment
from windvane_web.core.permission import may
from windvane_web.org.models import Cycle, Membership, UnitClass
from windvane_web.org.queries import current_class, current_cycle, members
from windvane_web.work import actions
from windvane_web.work.forms import me
from windvane_web.work.models import Report
from windvane_web.work.speaking import measure_of, say_value
from windvane_web.work.standing import Standing, standings

WORST = {"late": 0, "lag": 1, "ok": 2}


@dataclass
class Tile:
    """One unit on the wall."""

    member: Membership
    found: list[Standing] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The title without the province, which all share; the tile is narrow."""
        title = str(self.member.unit)
        return title if title.startswith("省委") else title.removeprefix("省")

    @property
    def light(self) -> str:
        return min((one.light for one in self.found), key=WORST.__getitem__, default="none")

    @property
    def met(self) -> int:
        return sum(one.met for one in self.found if one.due)

    @property
    def due(self) -> int:
        return sum(one.due for one in self.found)

    @property
    def behind(self) -> int:
        return sum(one.light == self.light for one in self.found)


@dataclass(frozen=True)
class Wall:
    """One class: its units and its sums."""

    cls: UnitClass
    tiles: list[Tile]

    @property
    def met(self) -> int:
        return sum(tile.met for tile in self.tiles)

    @property
    def due(self) -> int:
        return sum(tile.due for tile in self.tiles)

    @property
    def rate(self) -> Fraction | None:
        return Fraction(100 * self.met, self.due) if self.due else None

    @property
    def above(self) -> int:
        return sum(one.above for tile in self.tiles for one in tile.found)

    @property
    def ahead(self) -> int:
        return sum(one.ahead for tile in self.tiles for one in tile.found)

    @property
    def items(self) -> tuple[int, int]:
        """Items (大项) all of whose tasks are in order, and all items."""
        lights: dict[str, bool] = {}
        for tile in self.tiles:
            for one in tile.found:
                if one.task.item_zh:
                    lights[one.task.item_zh] = lights.get(one.task.item_zh, True) and one.light == "ok"
        return sum(lights.values()), len(lights)


def walls(cycle: Cycle, found: Iterable[Standing], only: UnitClass | None) -> list[Wall]:
    tiles = {one.unit_id: Tile(one) for one in members(cycle, only)}
    for one in found:
        if one.task.book.unit_id in tiles:
            tiles[one.task.book.unit_id].found.append(one)
    classes: dict[int, Wall] = {}
    for tile in tiles.values():
        classes.setdefault(tile.member.cls_id, Wall(tile.member.cls, [])).tiles.append(tile)
    return list(classes.values())


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    if not may(request.user, "progress.see", cycle):
        raise PermissionDenied
    shown = walls(cycle, standings(cycle, timezone.localdate()), current_class(request))
    short = [one for wall in shown for tile in wall.tiles for one in tile.found if one.light != "ok"]
    short.sort(key=lambda one: (WORST[one.light], one.share if one.share is not None else Fraction(0)))
    if request.GET.get("export") in ("xlsx", "csv"):
        return _file(request.GET["export"], shown)
    lights = [tile.light for wall in shown for tile in wall.tiles]
    return render(
        request,
        "work/progress.html",
        {
            "walls": shown,
            "short": [(one, say_value(one.value, one.task), measure_of(one.task)) for one in short[:8]],
            "short_count": len(short),
            "counts": {light: lights.count(light) for light in ("ok", "lag", "late", "none")},
            "unopened": not Report.objects.filter(task__book__cycle=cycle).exists(),
            "can_open": may(request.user, "report.open", cycle),
        },
    )


def _file(kind: str, shown: list[Wall]) -> HttpResponse:
    """The wall as a table: one row a unit."""
    names = {"ok": _("正常"), "lag": _("滞后"), "late": _("逾期"), "none": "—"}
    header = (_("类别"), _("单位"), _("已完成"), _("应完成"), _("状态"))
    tiles = [(wall, tile) for wall in shown for tile in wall.tiles]
    rows = [(str(wall.cls), str(t.member.unit), Fraction(t.met), Fraction(t.due), names[t.light]) for wall, t in tiles]
    sheet = Sheet(_("工作进展"), header, rows)
    if kind == "csv":
        return attachment(csv_bytes(sheet), f"{sheet.name}.csv", CSV)
    return attachment(workbook_bytes([sheet]), f"{sheet.name}.xlsx", XLSX)


@require_POST
def open_reports(request: HttpRequest) -> HttpResponse:
    """Make the reports that are missing."""
    cycle = current_cycle(request)
    before = Report.objects.filter(task__book__cycle=cycle).count()
    actions.open_reports(me(request), cycle, milestones=request.POST.get("milestones") == "yes")
    made = Report.objects.filter(task__book__cycle=cycle).count() - before
    messages.success(request, _("已生成 %(n)s 项填报任务。") % {"n": made})
    return redirect("work:progress")
