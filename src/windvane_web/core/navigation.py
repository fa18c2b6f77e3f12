"""The navigation: each app says in its ``navigation.py`` which of its pages stand there and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PHASES: dict[str, str | Promise] = {
    "desk": "",
    "scheme": _("方案"),
    "process": _("过程"),
    "evaluation": _("评价"),
    "scoring": _("计分"),
    "results": _("结果"),
    "rectify": _("整改"),
    "oversight": _("监督"),
}
Count = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class Link:
    """A page in the navigation, for people with one of ``roles`` (none named: everyone); ``count`` is shown beside it."""

    phase: str
    order: int
    title: str | Promise
    view: str
    roles: tuple[str, ...] = ()
    count: Count | None = None
    hot: bool = False


LINKS: list[Link] = []


def link(phase: str, order: int, title: str | Promise, view: str, *roles: str, count: Count | None = None, hot: bool = False) -> None:
    """Put a page into the navigation. ``view`` is the name of its address, ``order`` its place within the phase."""
    if phase not in PHASES:
        raise ValueError(f"{phase} is not one of {', '.join(PHASES)}")
    LINKS.append(Link(phase, order, title, view, roles, count, hot))


@dataclass(frozen=True)
class Shown:
    title: str | Promise
    url: str
    current: bool
    count: int | None
    hot: bool


@dataclass(frozen=True)
class Group:
    title: str | Promise
    links: list[Shown]


def groups(request: HttpRequest) -> list[Group]:
    """The navigation of this person, phase by phase; phases without a page are left out."""
    seen = [one for one in sorted(LINKS, key=lambda one: one.order) if _sees(request.user, one)]
    places = {one.view: url for one in seen if (url := _url(one.view))}
    current = _current(request.path, list(places.values()))
    shown = {
        phase: [_shown(request, one, places[one.view], current) for one in seen if one.phase == phase and one.view in places]
        for phase in PHASES
    }
    return [Group(PHASES[phase], links) for phase, links in shown.items() if links]


def _sees(person: Any, one: Link) -> bool:
    return person.is_authenticated and (not one.roles or person.has(*one.roles))


def _url(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:  # the app is not installed here
        return ""


def _current(path: str, urls: list[str]) -> str:
    """The page that the address belongs to: the longest address it begins with."""
    return max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")


def _shown(request: HttpRequest, one: Link, url: str, current: str) -> Shown:
    return Shown(one.title, url, url == current, one.count(request) if one.count else None, one.hot)
