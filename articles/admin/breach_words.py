"""The findings that a newsroom's levels let pass, in words: each sentence once, with a number."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

#: The most sentences that are shown.
MOST = 20


@dataclass
class Sentence:
    """What was found, in `words`; where, if that is known; and the words that mend it."""

    code: str
    field: str | None
    finding_words: str
    quoted: str = ""
    mend: str | None = None
    #: For each place of the words that are quoted, how many times the field has them before.
    occurrences: list[int] = field(default_factory=list)
    count: int = 0

    @property
    def words(self) -> str:
        if self.count == 1:
            return self.finding_words
        return _("%(words)s (%(count)d times)") % {"words": self.finding_words, "count": self.count}


def in_words(found) -> list[Sentence]:
    """Return what is said of the `found`, in their order, at most MOST sentences."""
    sentences = {}
    for each in found:
        words = each.error.messages[0].strip()
        quoted = getattr(each, "quoted", "")
        mend = getattr(each, "mend", None)
        said = sentences.setdefault(
            (each.field, words, quoted), Sentence(each.code, each.field, words, quoted, mend)
        )
        said.count += 1
        if quoted:
            said.occurrences.append(each.occurrence)
    return list(sentences.values())[:MOST]


def place_of(form, found) -> str:
    """Return the id of the element at which a finding or a sentence can be mended, or nothing."""
    if found.code == "byline":
        # It has a form of its own.
        return "bylines-group"
    return form[found.field].id_for_label if found.field in form.fields else ""
