"""`manage.py serve_demo`: the simulated year in the browser, from nothing, on this machine alone."""

from __future__ import annotations

from argparse import ArgumentParser
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application

from windvane_web.core.jobs import ask, work_inside
from windvane_web.core.models import Job
from windvane_web.desk.demo.case import SIZES
from windvane_web.desk.jobs import DEMO
from windvane_web.org.models import Cycle, User


class Threads(ThreadingMixIn, WSGIServer):
    """A thread a request; enough for a demonstration."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the standard library's
        """Say nothing for each request."""


class Command(BaseCommand):
    help = "Serve the simulated year at http://127.0.0.1:8000; makes it first, with progress in the browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="six")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        _prepare(options["size"])
        settings.DEMO = True  # before the middleware is put together
        server = make_server("127.0.0.1", options["port"], get_wsgi_application(), server_class=Threads, handler_class=Quiet)
        stop = work_inside()
        self.stdout.write(f"http://127.0.0.1:{options['port']}  (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            stop.set()


def _prepare(size: str) -> None:
    """Ask for the year if there is none; never beside real data, never on top of half a year."""
    if Cycle.objects.filter(simulated=False).exists():
        raise CommandError("this database holds real years: set WINDVANE_DATA to another folder")
    if Job.objects.filter(kind=DEMO, state=Job.State.DONE).exists() or Cycle.objects.filter(phase=Cycle.Phase.RESULTS).exists():
        return
    if User.objects.exists():
        raise CommandError("the year here was left unfinished: remove the folder that WINDVANE_DATA names, or name another")
    ask(DEMO, {"size": size})
