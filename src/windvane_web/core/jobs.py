"""Long work: an app says how with ``@job("kind")``, an action asks for it with ``ask``, a worker (`manage.py run_jobs`) does it.

A worker that dies stops beating; after a while the next worker takes its job up again. So the work must be repeatable: done twice,
it leaves the same as done once. Each taking-up has a number (``attempt``); a worker that was slow, not dead, finds that it lost the job.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from windvane_web.core.models import Job

BEAT = timedelta(seconds=10)
DEAD = timedelta(seconds=60)
ATTEMPTS = 3
Progress = Callable[[int, int], None]
Work = Callable[..., dict[str, Any] | None]
WORKS: dict[str, Work] = {}
log = logging.getLogger(__name__)


class Lost(Exception):
    """Another worker has taken the job up; this one stops."""


def job(kind: str) -> Callable[[Work], Work]:
    """Register ``work(progress, **params) -> result`` as the way to do jobs of this kind; ``progress(done, total)`` says how far it is."""

    def register(work: Work) -> Work:
        if kind in WORKS:
            raise ValueError(f"jobs of kind {kind} are registered twice")
        WORKS[kind] = work
        return work

    return register


def ask(kind: str, params: dict[str, Any], owner: Any = None) -> Job:
    """Put long work into the queue."""
    if kind not in WORKS:
        raise KeyError(f"no work is registered for {kind}; there is {', '.join(sorted(WORKS)) or 'none'}")
    return Job.objects.create(kind=kind, params=params, owner=owner)


def worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{threading.get_ident()}"


def take(worker: str) -> Job | None:
    """Claim the oldest job that waits or whose worker is dead; one that died too often has failed."""
    now = timezone.now()
    dead = Q(state=Job.State.RUNNING, beat_at__lt=now - DEAD)
    Job.objects.filter(dead, attempt__gte=ATTEMPTS).update(state=Job.State.FAILED, error="worker died")
    with transaction.atomic():
        locking = Job.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        found = locking.filter(Q(state=Job.State.WAITING) | dead).order_by("id").first()
        if found is None:
            return None
        Job.objects.filter(pk=found.pk).update(state=Job.State.RUNNING, worker=worker, beat_at=now, attempt=F("attempt") + 1)
    found.refresh_from_db()
    return found


def perform(taken: Job) -> Job:
    """Do a claimed job; what goes wrong is kept with it and logged."""
    try:
        with _beating(taken):
            result = WORKS[taken.kind](lambda done, total: _progress(taken, done, total), **taken.params) or {}
    except Lost:
        log.warning("job %s was taken over", taken.pk)
    except Exception as error:
        log.exception("job %s failed", taken.pk)
        _mine(taken).update(state=Job.State.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
    else:
        _mine(taken).update(state=Job.State.DONE, result=result, done=F("total"), error="")
    taken.refresh_from_db()
    return taken


def run_waiting(worker: str = "") -> int:
    """Do every job that waits; return how many were done."""
    number = 0
    while taken := take(worker or worker_name()):
        perform(taken)
        number += 1
    return number


def work(stop: threading.Event, pause: float = 2.0) -> None:
    """Do jobs as they come until told to stop; a database that is away for a while is waited for."""
    while not stop.is_set():
        close_old_connections()
        try:
            run_waiting()
        except OperationalError:
            log.exception("the queue cannot be read; trying again")
        stop.wait(pause)


def work_inside() -> threading.Event:
    """Do jobs in a thread of this process: enough for one machine. Returns what stops it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(stop,), daemon=True, name="jobs").start()
    return stop


def _mine(taken: Job) -> Any:
    return Job.objects.filter(pk=taken.pk, attempt=taken.attempt, state=Job.State.RUNNING)


def _progress(taken: Job, done: int, total: int) -> None:
    if not _mine(taken).update(done=done, total=total, beat_at=timezone.now()):
        raise Lost


@contextmanager
def _beating(taken: Job) -> Iterator[None]:
    """Beat from a second thread, so that a long step does not look dead."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(taken, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(taken: Job, stop: threading.Event) -> None:
    while not stop.wait(BEAT.total_seconds()):
        try:
            _mine(taken).update(beat_at=timezone.now())
        except OperationalError:  # the database is busy: the next beat will do
            log.info("job %s: a beat was missed", taken.pk)
        finally:
            close_old_connections()
    connection.close()
