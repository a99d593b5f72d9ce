"""Links whose words do not say where they lead (WCAG 2.2, success criterion 2.4.4)."""

import re

from common.folding import fold

from ..located import Located

# fmt: off
_VAGUE = {
    fold(words)
    for words in (
        "ici", "là", "cliquez ici", "cliquer ici", "voir ici", "ce lien", "suivez ce lien",
        "lien", "en savoir plus", "lire la suite", "lire plus", "plus d’infos", "cette page",
        "cet article",
        "here", "click here", "see here", "this link", "link", "follow this link", "this page",
        "read more", "more", "learn more", "find out more", "this article", "website", "site",
    )
}
# fmt: on
_AROUND = " .,;:!?…›»>→()[]"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z", re.IGNORECASE)


def findings(prepared):
    for link in prepared.links:
        words = fold(link.words.strip(_AROUND))
        if words in _VAGUE or _ADDRESS.match(link.words):
            yield Located("vague_link", {"words": link.words}, "body", link.words, link.occurrence)
