"""`manage.py merge_words`: make the English catalogue from the fragments and say which texts have no English yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from windvane_web.core.words import clashes, merge, missing


class Command(BaseCommand):
    help = "Make the English catalogue from locale/en/*.yaml; list texts without English."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{merge()} texts")
        for text, files in missing().items():
            self.stdout.write(f"no English: {text!r} in {', '.join(sorted(files))}")
        for name, zh, en in clashes():
            self.stdout.write(f"other English: {zh!r} is {en!r} in {name}")
