"""Words of log lines and error reports, without the data of a reader.

Our retention rules could not delete such a copy. So a message loses the values that came with its
request, mail addresses, and private addresses.
"""

import re
from itertools import chain

from django.http import HttpRequest

from common.private_paths import MASK, mask

#: Maximum length of a message, in characters.
LONGEST_MESSAGE = 500
#: Shorter values are not masked: they would hide parts of our own words.
SHORTEST_VALUE = 3
#: The most values of one request that are looked for, and the most characters in which.
MOST_VALUES = 1000
MOST_CHARACTERS = 20_000
#: A shorter value is masked as a word of its own only, or it would hide parts of other words.
SHORTEST_PART = 6
#: The headers that describe the reader.
READER_HEADERS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT", "HTTP_REFERER")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MAIL_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]+")


def values_of(request) -> set[str]:
    """Return the values that the reader typed, and those that describe the reader.

    Only the parts of the request that Django has already read count: reading may fail, and a form
    that no view has read is no part of an error.
    """
    # Under `runserver` Django logs a socket as the request.
    if not isinstance(request, HttpRequest):
        return set()
    read = vars(request)
    forms = [read[name] for name in ("GET", "_post") if name in read]
    values = chain.from_iterable(values for form in forms for _name, values in form.lists())
    headers = ",".join(request.META.get(name) or "" for name in READER_HEADERS)
    cookies = read.get("COOKIES", {}).values()
    found = {line.strip() for value in chain(values, cookies) for line in value.splitlines()}
    found |= {value.strip() for value in headers.split(",")}
    return {value for value in found if len(value) >= SHORTEST_VALUE}


def without(values: set[str], text: str) -> str:
    """Return `text` on one line of at most LONGEST_MESSAGE characters, without `values`.

    Private addresses and mail addresses are masked too.
    """
    text = text[:MOST_CHARACTERS]
    for value in sorted(values, key=len, reverse=True)[:MOST_VALUES]:
        # As it was typed, and as repr() and Django's log write it.
        for form in {value, repr(value)[1:-1], ascii(value)[1:-1]}:
            # Compiling a pattern costs far more than this look, and most values are not there.
            if form.lower() in text.lower():
                text = re.sub(_pattern(form), MASK, text, flags=re.IGNORECASE)
    text = _MAIL_ADDRESS.sub(MASK, mask(_CONTROLS.sub(" ", text)))
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"


def _pattern(value):
    pattern = re.escape(value)
    return pattern if len(value) >= SHORTEST_PART else rf"(?<!\w){pattern}(?!\w)"
