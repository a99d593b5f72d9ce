"""The refusal of unsafe settings, and the warnings about others, from one table.

`settings.py` calls `refuse` with all that it read: a site with refused settings does not start, and
the error lists each of them by its variable. The web server and the worker call `log_warnings` when
they start. `newsroom/checks.py` makes system checks of the same rows.

`settings.py` imports this module, so it uses neither models nor `django.conf.settings`.
"""

import logging
import shlex
import sys
from collections.abc import Iterator
from types import SimpleNamespace

from django.core.exceptions import ImproperlyConfigured

from .setting_problems.table import REFUSED, WARNED, Row

logger = logging.getLogger("newsroom")


def unsafe(rows: list[Row], settings, *, local: bool) -> Iterator[tuple[Row, str]]:
    """Yield each row whose problem `settings` have, with a sentence that names the variable.

    If `local`, only the rows that hold for a local site count.
    """
    for row in rows:
        if (row.local or not local) and (words := row.problem(settings)):
            yield row, f"{row.variable} {words}."


def refuse(read: dict, unreadable: list[str]):
    """Raise ImproperlyConfigured with one line for each variable that a site must not start with.

    `read` are the settings by name. `unreadable` are the lines about variables whose values could
    not even be read.
    """
    settings = SimpleNamespace(**read)
    found = list(unsafe(REFUSED, settings, local=settings.LOCAL))
    lines = [*unreadable, *(f"{sentence} {row.advice}" for row, sentence in found)]
    if not lines:
        return
    if not settings.LOCAL and not settings.SECRET_KEY:
        if (settings.VAR_DIR / "secret_key").exists():
            command = shlex.join(sys.orig_argv)
            lines.append(f"For the site that `make run` made here: LOCAL=true {command}")
        else:
            lines.append("To try Newsroom on this machine only, run `make run`.")
    raise ImproperlyConfigured("\n".join(lines))


def log_warnings(settings):
    """Log a line for each setting that a production site should change; a local site needs none."""
    if not settings.LOCAL:
        for row, sentence in unsafe(WARNED, settings, local=False):
            logger.warning("%s %s", sentence, row.advice)
