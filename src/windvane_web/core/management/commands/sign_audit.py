"""`manage.py sign_audit`: sign the head of the audit chain; run it every night and copy the file elsewhere."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from windvane_web.core.checkpoints import sign


class Command(BaseCommand):
    help = "Sign the head of the audit chain and add it to checkpoints.jsonl."

    def handle(self, *args: Any, **options: Any) -> None:
        made = sign()
        self.stdout.write(f"line {made.number}, digest {made.digest}, signed {made.at}")
