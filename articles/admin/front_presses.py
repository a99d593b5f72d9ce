"""What can be pressed on the page of the arrangement, each under the name that its button sends.

An act gets the request, the locked draft of the person who pressed, what readers see, and the keys
that the button names. It returns the words that tell what it did.
"""

from hashlib import sha256

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.labels import labelled
from common.moment_field import MomentInput, read_now
from common.moments import MAX_LENGTH

from ..models import FrontPublication, FrontSlot
from ..models.front_draft import Outdated
from ..publishing.arrangement import Arrangement, Clash, merge
from .arranged_rows import headlines_of


class Refused(Exception):
    """What was pressed cannot be done; the words say why."""


def base_of(draft):
    return Arrangement.from_json(draft.base)


def fingerprint(live) -> str:
    return sha256(repr(live.to_json()).encode()).hexdigest()[:16]


def typed_end(request) -> str:
    name = "until_" + request.POST.get("act", "").rpartition(":")[2]
    return (MomentInput().value_from_datadict(request.POST, {}, name) or "")[: MAX_LENGTH + 1]


def _step(make):
    """Make an act of a function from an arrangement and keys to another arrangement."""

    def act(request, draft, live, article, *keys):
        headlines = headlines_of([article])
        if article not in headlines:
            raise Refused(_("This article is deleted."))
        old = draft.arrangement(live)
        new = make(old, article, *keys)
        draft.do(new, live)
        return _where(new, article, headlines[article])

    return act


def _where(arrangement, article, headline) -> str:
    spot = arrangement.spot(article)
    if spot is None:
        return labelled(headline, _("taken away"))
    order = [other.article for other in arrangement.at(spot.place)]
    return labelled(
        headline,
        _("%(place)s, %(number)d of %(count)d placed by hand")
        % {
            "place": FrontSlot.Place(spot.place).label,
            "number": order.index(article) + 1,
            "count": len(order),
        },
    )


def _put(arrangement, article, place, before=None):
    if place not in FrontSlot.Place.values:
        raise BadRequest("No such place.")
    return arrangement.put(article, place, before=before)


def _end(request, draft, live, article):
    text = typed_end(request)
    until = read_now(text) if text.strip() else None
    return _step(lambda old, one: old.ending(one, until))(request, draft, live, article)


def _undo(request, draft, live):
    draft.undo()
    return _("Undone.")


def _redo(request, draft, live):
    draft.redo()
    return _("Done again.")


def _drop(request, draft, live):
    draft.settle(live, live)
    return _("The arrangement is again what readers see. This can be undone.")


def _publish(request, draft, live):
    if not draft.has_changes:
        raise Refused(_("There is nothing to publish."))
    if request.POST.get("live") != fingerprint(live):
        raise Outdated
    deleted = draft.publish()
    if deleted:
        return ngettext(
            "The front page is published, without %d article that is deleted.",
            "The front page is published, without %d articles that are deleted.",
            len(deleted),
        ) % len(deleted)
    return _("The front page is published.")


def _back(request, draft, live, number):
    publication = FrontPublication.objects.filter(number=number).first()
    if publication is None:
        raise Refused(_("This publication is no longer known."))
    earlier = publication.earlier
    draft.do(earlier.only(headlines_of(earlier.articles)), live)
    return _("This is how it was before that publication. Publish it, or undo this step.")


def _settles(make, words):
    """Make an act that answers the question after a colleague has published."""

    def act(request, draft, live):
        if request.POST.get("live") != fingerprint(live):
            raise Refused(_("The front page has changed once more. Please look again."))
        try:
            draft.settle(make(draft, live), live)
        except Clash as error:
            raise Refused(_("Both of you have changed the same places.")) from error
        return words

    return act


def _merged(draft, live):
    return merge(base_of(draft), live, draft.arrangement(live))


#: Each act by its name, with the numbers of keys that it takes.
ACTS = {
    "put": (_step(_put), (2, 3)),
    "lead": (_step(lambda old, article: old.to_the_lead(article)), (1,)),
    "up": (_step(lambda old, article: old.shift(article, -1)), (1,)),
    "down": (_step(lambda old, article: old.shift(article, 1)), (1,)),
    "away": (_step(lambda old, article: old.without(article)), (1,)),
    "until": (_end, (1,)),
    "undo": (_undo, (0,)),
    "redo": (_redo, (0,)),
    "drop": (_drop, (0,)),
    "publish": (_publish, (0,)),
    "back": (_back, (1,)),
    "theirs": (
        _settles(lambda draft, live: live, gettext_lazy("You have taken what readers see.")),
        (0,),
    ),
    "mine": (
        _settles(
            lambda draft, live: draft.arrangement(live),
            gettext_lazy("Your arrangement stays. Publish it to put it in place of the other."),
        ),
        (0,),
    ),
    "merge": (
        _settles(_merged, gettext_lazy("Both are put together. Look at it, then publish it.")),
        (0,),
    ),
}
