"""Words that are struck out, said in words too.

The element `s` has the role “deletion” (HTML-AAM 1.0), which screen readers do not say unless
somebody turns that on; a text without its line says the opposite of what was meant. Information
that a look alone conveys has to be in the text (WCAG 2.2, success criterion 1.3.1). So the page has
words around them, hidden from view. Feeds have the line alone: their readers would show the words.
"""

import re

from django.utils.html import format_html
from django.utils.translation import gettext

_STRUCK = re.compile(r"<s>.*?</s>", re.DOTALL)


def with_words(html: str) -> str:
    """Return clean `html` with words, in the active language, around all that is struck out."""
    if "<s>" not in html:
        return html
    told = gettext("struck out:")
    begin, end = (
        format_html('<span class="visually-hidden">{}</span>', words)
        for words in (f"[{told} ", "]")
    )
    return _STRUCK.sub(lambda struck: f"{begin}{struck[0]}{end}", html)
