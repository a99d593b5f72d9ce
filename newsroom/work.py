"""The articles on the desk: what a user works on, what waits for them, and what is to come."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Edition
from articles.publishing import waiting, who_may

#: The desk shows as many of each list, and leads to the others.
SHOWN = 10


class WorkList:
    """One list of articles. `query` opens all of it in the admin's list of articles."""

    def __init__(self, name, title, articles, *, query, empty):
        self.name, self.title, self.query, self.empty = name, title, query, empty
        rows = waiting.with_standing(articles[: SHOWN + 1])
        self.articles, self.has_more = rows[:SHOWN], len(rows) > SHOWN


def lists_for(user) -> dict:
    """Return what the desk shows to `user`, who may see articles."""
    articles = who_may.for_writer(Article.objects.all(), user)
    mine = waiting.unpublished(waiting.held_by(articles, user))
    waits = waiting.waiting_for(articles, user)
    # By each edition: SQLite would begin with all articles that `article__in` lists.
    seen = Exists(articles.filter(pk=OuterRef("article")).order_by())
    coming = Edition.objects.filter(seen, visible_from__gt=timezone.now())
    return {
        "work": [
            WorkList(
                *("mine", _("Mine"), mine),
                query="holder=me&state=unpublished",
                empty=_("What you write and have not published stands here."),
            ),
            WorkList(
                *("waiting", _("Waiting for me"), waiting.by_due_time(waits)),
                query="state=mine",
                empty=_("Nothing waits for you."),
            ),
            WorkList(
                *("changed", _("Live with changes"), waiting.live_with_changes(articles)),
                query="state=changed",
                empty=_("Readers have the last word of every article."),
            ),
        ],
        "lately": WorkList("lately", _("Saved last"), articles, query="", empty=""),
        "scheduled": coming.order_by("visible_from").defer("body", "standfirst")[:SHOWN],
    }
