"""Units of a cycle as the engine reads them."""

from __future__ import annotations

import windvane
from windvane_web.org.models import Cycle
from windvane_web.org.queries import members


def units(cycle: Cycle) -> tuple[windvane.Unit, ...]:
    """The units of a cycle in official order: classes in their order, units within them in theirs."""
    return tuple(
        windvane.Unit(one.unit.code, one.unit.title, one.cls.code, place, one.competes) for place, one in enumerate(members(cycle), 1)
    )
