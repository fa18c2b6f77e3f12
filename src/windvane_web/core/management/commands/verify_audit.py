"""`manage.py verify_audit`: walk the audit chain and its checkpoints; ends with 1 where something does not hold."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from windvane_web.core.audit import breaks
from windvane_web.core.checkpoints import faults, kept, public_key
from windvane_web.core.models import Head


class Command(BaseCommand):
    help = "Check every line of the audit chain and every signed checkpoint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", type=Path, help="a copy of public.key kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*breaks(), *faults(public_key(options["key"]))]
        for one in found:
            self.stderr.write(f"line {one.number}: {one.reason}")
        if found:
            raise CommandError(f"the audit trail does not hold in {len(found)} places")
        head = Head.objects.get(pk=1)
        self.stdout.write(f"{head.number} lines and {len(kept())} checkpoints hold; head {head.digest}")
