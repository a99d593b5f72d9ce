"""The traceback of an exception as text: places in the code and messages, no local variables."""

import traceback

from . import reader_data

#: The most frames shown of one exception; the innermost ones say where it was raised.
MOST_FRAMES = 40
#: The most exceptions shown of those that led to one another.
MOST_CAUSES = 5
_HANDLED = "\n\nDuring handling of it, or caused by it:\n\n"


def chain(exception) -> list[BaseException]:
    """Return `exception` and the exceptions that led to it, the first cause first."""
    found = []
    while exception is not None and len(found) < MOST_CAUSES:
        found.append(exception)
        hidden = None if exception.__suppress_context__ else exception.__context__
        exception = exception.__cause__ or hidden
    return found[::-1]


def describe(exception, values=frozenset()) -> str:
    """Return the traceback of `exception`, with the messages without `values`.

    Local variables are left out: they hold the name, the text and the address of a reader.
    """
    return _HANDLED.join(_one(error, values) for error in chain(exception))


def summary(exception, values=frozenset()) -> str:
    """Return the type and the message of `exception` on one line.

    Only the first line of the message is used: below it PostgreSQL writes the row itself.
    """
    try:
        lines = str(exception).splitlines()
    except Exception:  # A broken `__str__` must not hide the error itself.
        lines = []
    words = reader_data.without(values, "\n".join(lines[:1]))
    return f"{type(exception).__module__}.{type(exception).__qualname__}: {words}"


def _one(error, values):
    frames = "".join(traceback.format_tb(error.__traceback__, limit=-MOST_FRAMES))
    return f"Traceback (most recent call last):\n{frames}{summary(error, values)}"
