"""The format of our log: one line for a message, a traceback below it only for a fault of ours."""

import logging
from copy import copy

from . import reader_data, tracebacks


class LogFormatter(logging.Formatter):
    """Writes no private address and no value of the request into the log.

    A broken request (its answer has a status below 500) gets its line but no traceback. Else
    anybody could fill the disk.
    """

    def format(self, record):
        values = reader_data.values_of(getattr(record, "request", None))
        exception = record.exc_info[1] if record.exc_info else None
        line = copy(record)
        line.msg, line.args = reader_data.without(values, record.getMessage()), None
        line.exc_info = line.exc_text = line.stack_info = None
        text = super().format(line)
        if exception and is_fault_of_ours(record):
            text = f"{text}\n{tracebacks.describe(exception, values)}"
        return text


def is_fault_of_ours(record) -> bool:
    """Return whether the record is about a fault of ours, and not about a broken request.

    Django logs each answer with a status of 400 or more, and broken requests, such as those with a
    wrong Host, under `django.security`.
    """
    if record.name.startswith("django.security"):
        return False
    return getattr(record, "status_code", 500) >= 500
