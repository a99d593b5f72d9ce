"""The findings that a newsroom's levels let pass, in words: each sentence once, with a number."""

from collections import Counter

from django.utils.translation import gettext as _

#: The most sentences that are shown.
MOST = 20


def in_words(found) -> list[tuple[str | None, str]]:
    """Return the field and the words of each of the `found`, in their order, at most MOST."""
    counts = Counter((each.field, each.error.messages[0].strip()) for each in found)
    return [
        (
            field,
            words
            if count == 1
            else _("%(words)s (%(count)d times)") % {"words": words, "count": count},
        )
        for (field, words), count in list(counts.items())[:MOST]
    ]
