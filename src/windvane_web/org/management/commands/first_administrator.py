"""`manage.py first_administrator NAME`: open the account from which all others are opened. Works once, on an empty installation."""

from __future__ import annotations

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from windvane_web.core.audit import Deed, append
from windvane_web.org.models import Role, User


class Command(BaseCommand):
    help = "Open the first security administrator's account; asks for the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password", help="for scripts; else it is asked for and not shown")

    def handle(self, *args: Any, **options: Any) -> None:
        if Role.objects.filter(kind=Role.Kind.SECURITY).exists():
            raise CommandError("there is a security administrator already; accounts are opened in the browser")
        person = User(username=options["username"], name=options["username"])
        person.set_password(self._password(options["password"], person))
        with transaction.atomic():
            person.save()
            role = Role.objects.create(user=person, kind=Role.Kind.SECURITY)
            append([Deed(person, "person.add", person, {"first": True}), Deed(person, "role.grant", role, {"first": True})])
        self.stdout.write(f"{person.username} may sign in as security administrator")

    def _password(self, given: str | None, person: User) -> str:
        password = given or getpass("Password: ")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
