"""The question whether readers are told: asked where a fact is not the one that they have."""

from ..text import facts
from ..text.markup import plain_text

#: The fields of a line of plain text that readers see.
LINES = ("kicker", "headline", "standfirst", "dateline", "lead_caption", "lead_credit")


def changed_facts(article, at=None) -> facts.Changes | None:
    """Return the facts of the working copy that differ from what readers have at the instant `at`.

    None if no figure, name or date differs, or if readers have nothing then.
    """
    edition = article.live_edition(at) if article.pk else None
    if edition is None:
        return None
    return facts.changes(_lines(edition), _lines(article), article.language)


def _lines(content):
    return [getattr(content, name) for name in LINES] + plain_text(content.body).split("\n")
