"""The web addresses in a comment: where each begins, and where its writer ended it.

People write an address in a sentence, in brackets or in quotes, and addresses have brackets and
apostrophes of their own: “(see https://fr.wikipedia.org/wiki/L'Équipe_(journal)).” An apostrophe
inside and balanced brackets belong to the address; punctuation that closes does not.
"""

import re

# Spaces, signs that RFC 3986 (section 2) allows in no address, quotation marks, and the full-width
# punctuation after which Chinese and Japanese go on without a space.
_NEVER = r"\s<>\"`«»‹›“”„‟。｡、､，；：！？（）「」『』【】《》〈〉"
# An apostrophe before one of these is a closing quotation mark.
_CLOSING = r".,;:!?…)\]}'’*"
_ADDRESS = re.compile(
    r"(?:https?://(?=[^\W_]|\[[0-9a-f:.]+\])|(?<!\w)www\.(?=[^\W_]))"
    rf"(?:[^{_NEVER}'’]++|['’](?![{_NEVER}{_CLOSING}]|\Z))*+",
    re.IGNORECASE,
)
# The scheme and the host: an IPv6 address in brackets, or a name, which may be in any script. The
# characters of a name that are not letters are those of RFC 3986, section 3.2, in ASCII.
_HOST = re.compile(
    r"(?:https?://)?(?:\[[0-9a-f:.]+\](?::[0-9]+)?|[^\x00-,/;-?\[-^`{-\x7f’…–—]+)", re.IGNORECASE
)
_NEXT = re.compile("https?://", re.IGNORECASE)
_OPENING = {")": "(", "]": "[", "}": "{"}
#: Punctuation that ends no address, if it is at the end of one.
_TRAILING = ".,;:!?…'’*~|–—([{،؛؟।॥"


def addresses_in(text: str):
    """Yield the start and the end of each address in `text`, with a scheme or from “www.” on."""
    found = _ADDRESS.search(text)
    while found:
        start = found.start()
        end = _end(text, start, found.end())
        yield start, end
        found = _ADDRESS.search(text, end)


def links_in(text: str) -> list[str]:
    """Return the parts of `text` that readers would take for links, clickable or not."""
    return [text[start:end] for start, end in addresses_in(text)]


def _end(text, start, end):
    """Return the place at which the address from `start`, of at most the text to `end`, ends."""
    trailing = _TRAILING + "_" * text.startswith("_", max(0, start - 1))
    host = _HOST.match(text, start, end).end()
    if host < end and text[host] not in "/?#":
        return start + len(text[start:host].rstrip(trailing))
    is_open = dict.fromkeys(_OPENING.values(), 0)
    for place in range(host, end):
        character = text[place]
        if character in is_open:
            is_open[character] += 1
        elif character in _OPENING:
            is_open[_OPENING[character]] -= 1
            if is_open[_OPENING[character]] < 0:
                end = place
                break
        elif character in ",;|" and _NEXT.match(text, place + 1):
            end = place
            break
    return start + len(text[start:end].rstrip(trailing))
