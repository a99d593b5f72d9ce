"""The logging handler that keeps the errors of requests, of the worker and of commands."""

import logging
import sys

from . import kept_errors
from .log_lines import is_fault_of_ours
from .reports import Report


class ErrorHandler(logging.Handler):
    """Keeps the report of each error for the worker, which mails it. It never sends mail itself.

    An error is a record with an exception, or an answer with status 500. Other answers above 500
    are given on purpose: for example, those of the health addresses.
    """

    def emit(self, record):
        is_error = bool(record.exc_info) or getattr(record, "status_code", None) == 500
        if not (is_error and is_fault_of_ours(record)):
            return
        try:
            kept_errors.add(Report.of(record))
        except Exception:
            self.handleError(record)

    def handleError(self, record):
        """Say in the log that the report is lost: a full disk must not break the answer as well.

        Python's own method would print the arguments of the record, which may be private.
        """
        error = sys.exc_info()[0].__name__
        sys.stderr.write(f"This error is not kept in {kept_errors.path()}: {error}\n")
