"""What the pages and other apps ask of schemes and target books."""

from __future__ import annotations

from functools import lru_cache

from windvane import Problem, Scheme, WindvaneError, parse_scheme
from windvane_web.org.models import Cycle
from windvane_web.scheme.models import Version


class NoScheme(WindvaneError):
    """A cycle has no frozen scheme yet."""


@lru_cache(maxsize=32)
def read(text: str, name: str = "scheme.yaml") -> Scheme | tuple[Problem, ...]:
    """A scheme from its text, or everything that is wrong with it. Reading the same text again costs nothing."""
    found = parse_scheme(text, name)
    return found if isinstance(found, Scheme) else tuple(found)


def scheme_of(version: Version) -> Scheme:
    """The scheme of a saved version; only texts that read are saved."""
    found = read(version.text)
    if not isinstance(found, Scheme):
        raise WindvaneError(f"{version} does not read: {'; '.join(map(str, found))}")
    return found


def frozen_version(cycle: Cycle) -> Version | None:
    return Version.objects.filter(cycle=cycle, state=Version.State.FROZEN).first()


def draft_version(cycle: Cycle) -> Version | None:
    return Version.objects.filter(cycle=cycle, state=Version.State.DRAFT).first()


def frozen_scheme(cycle: Cycle) -> Scheme:
    """The scheme in force in a cycle; raises ``NoScheme`` before the first freeze."""
    version = frozen_version(cycle)
    if version is None:
        raise NoScheme(f"{cycle} has no frozen scheme")
    return scheme_of(version)
