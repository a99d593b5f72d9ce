"""The refusal “try again later”: an error of a form, and the status of the page that shows it."""

import math
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import ValidationError


class TryLater(ValidationError):
    """Nothing was tried, after too many attempts. The next one may be made in `seconds`."""

    def __init__(self, message, *, seconds):
        super().__init__(message, code="try_later")
        self.seconds = max(1, math.ceil(seconds))


def answers_try_later(view):
    """Give the pages of `view` the status 429 and `Retry-After` if their form shows a TryLater.

    Otherwise the answer to a form with errors is 200, and programs would not stop trying. The
    status is not 503 where the server is busy with others: Django takes that for a fault of ours,
    and mails it to ADMINS.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        for error in _errors(getattr(response, "context_data", None) or {}):
            if isinstance(error, TryLater):
                response.status_code = HTTPStatus.TOO_MANY_REQUESTS
                response.headers["Retry-After"] = str(error.seconds)
        return response

    return wrapped


def _errors(context):
    """Return the errors of a page's form; the admin calls the form `form` or `adminform`."""
    form = context.get("form") or getattr(context.get("adminform"), "form", None)
    by_field = form.errors.as_data() if hasattr(form, "errors") else {}
    return [error for errors in by_field.values() for error in errors]
