"""`manage.py demo --size six|province`: fill an empty database with a simulated year."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from windvane_web.desk import demo
from windvane_web.desk.demo.case import SIZES


class Command(BaseCommand):
    help = "Fill an empty database with a simulated year, made by the real actions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="six")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            demo.build(options["size"], progress=self._tell)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write("\ndone; start it with: manage.py serve_demo")

    def _tell(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done * 100 // total} %", ending="")
        self.stdout.flush()
