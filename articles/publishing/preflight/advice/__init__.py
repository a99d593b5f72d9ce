"""Advice on what an article lacks or could say better: each rule in a module of its own.

A rule is a function `findings` of a `Prepared`. It looks at what is typed, never at what display
sets by itself (quotation marks, dashes, spaces).
"""

from . import (
    bylines,
    credit_lines,
    doubled_words,
    heading_order,
    lengths,
    own_links,
    spellings_of_names,
    standfirsts,
    vague_links,
)

#: The rules by their codes.
RULES = {
    "byline": bylines.findings,
    "credit": credit_lines.findings,
    "standfirst": standfirsts.findings,
    "headline_length": lengths.of_headline,
    "description_length": lengths.of_description,
    "heading_order": heading_order.findings,
    "vague_link": vague_links.findings,
    "dead_link": own_links.findings,
    "doubled_word": doubled_words.findings,
    "two_spellings": spellings_of_names.findings,
}
