"""Everything people do to reports, ledgers and data."""

from windvane_web.work.actions.data import confirm_datum, correct_datum, enter_data, import_data
from windvane_web.work.actions.ledger import approve, attach_to_entry, correct_entry, counter, enter, reject
from windvane_web.work.actions.reports import (
    attach,
    correct_report,
    detach,
    draft,
    open_reports,
    return_report,
    return_to_reporter,
    sign,
    submit,
    verify,
)

__all__ = [
    "approve", "attach", "attach_to_entry", "confirm_datum", "correct_datum", "correct_entry", "correct_report", "counter",
    "detach", "draft", "enter", "enter_data", "import_data", "open_reports", "reject", "return_report", "return_to_reporter",
    "sign", "submit", "verify",
]  # fmt: skip
