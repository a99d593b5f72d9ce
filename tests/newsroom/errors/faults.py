"""Errors for the tests, and the errors that were kept."""

import logging

from newsroom.errors import kept_errors


def fail(logger="newsroom.worker", error=None):
    try:
        raise error or RuntimeError("Broken.")
    except Exception:
        logging.getLogger(logger).exception("It failed.")


def kept():
    return kept_errors.all_errors() if kept_errors.path().exists() else []
