"""Words that were typed twice: “the the”, « de de »."""

import re

from ..located import Located, Occurrences

# The second begins with a small letter: “Duran Duran” is a name. A hyphen or an apostrophe makes
# another word of it: “nous-nous”, “va va-t-il”.
_DOUBLED = re.compile(r"(?<![\w’'-])([^\W\d_]+)([ \u00a0\u202f]+)(\1)(?![\w’'-])", re.IGNORECASE)
# fmt: off
#: What is doubled on purpose.
_ALLOWED = {
    "fr": {
        "bien", "bis", "bla", "cha", "faites", "fou", "ha", "hé", "jour", "non", "nous", "oh",
        "ou", "oui", "pas", "si", "tout", "très", "vite", "vous",
    },
    "en": {
        "aye", "bye", "ha", "had", "hear", "hey", "many", "no", "now", "oh", "really", "so",
        "that", "there", "very", "yes",
    },
}
# fmt: on


def findings(prepared):
    allowed = _ALLOWED.get(prepared.language, ())
    for name, text in prepared.lines:
        occurrences = Occurrences(text)
        for match in _DOUBLED.finditer(text):
            first, _space, second = match.groups()
            if second[0].islower() and second.lower() not in allowed:
                count = occurrences.before(match[0], match.start())
                yield Located("doubled_word", {"words": match[0]}, name, match[0], count, first)
