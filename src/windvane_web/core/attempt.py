"""Forms that end in an action: what the action refuses in the content stands beside the form, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def attempt(form: BaseForm, deed: Callable[[dict[str, Any]], object]) -> bool:
    """Do the deed with what a valid form holds; say whether it was done. Mistakes of content go back into the form."""
    if not form.is_valid():
        return False
    try:
        deed(form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True
