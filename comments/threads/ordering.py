"""A comment's place in the list of comments that readers see.

A thread is a comment with all its answers and the answers to these, on one level. All threads of an
article make one list, in the order of arrival (sorted by primary key, since clocks jump). The list
can be read from any comment onwards, at the same cost everywhere.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from common import keyset, reader_clock

from ..moderation.states import Moderation

#: The primary key of the comment that began the thread; the comment's own, if it began one.
THREAD_KEY = Coalesce("root", "id", output_field=models.BigIntegerField())


def was_public(at, comment="") -> Q:
    """Return the condition that a comment is public now, and was at the instant `at`.

    `comment` leads to it, such as "parent__".
    """
    decided = Q((f"{comment}decided_at", None)) | Q((f"{comment}decided_at__lte", at))
    return decided & Q(
        (f"{comment}moderation", Moderation.APPROVED), (f"{comment}submitted_at__lte", at)
    )


class ThreadQuerySet(models.QuerySet):
    def in_threads(self):
        """Return the comments with a place in a thread: published ones, and gaps with answers."""
        return self.filter(is_shown=True).annotate(thread=THREAD_KEY)

    def public_since(self, at):
        """Return the comments that are public now, and were at the instant `at`, and their gaps.

        One that was removed since is left out, whatever it was then: its text is to be read no
        more. The history tells a decision's time, but not the text of before an edit.
        """
        removed = dict(
            self.exclude(moderation=Moderation.APPROVED).order_by().values_list("pk", "parent")
        )
        answered = self.filter(was_public(at), parent__in=removed).order_by()
        gaps = set()
        for key in answered.values_list("parent", flat=True):
            # What a gap answers is one too, if it was removed.
            while key in removed and key not in gaps:
                gaps.add(key)
                key = removed[key]
        return self.filter(was_public(at) | Q(pk__in=gaps))

    def after_place(self, place, *, newest_first=False):
        """Return the comments after `place` (thread, key) in the list of threads, in its order."""
        here = dict(zip(_order(newest_first), place, strict=True))
        return self.filter(keyset.after(here)).in_order(newest_first=newest_first)

    def before_place(self, place, *, newest_first=False):
        """Return the comments before `place`, the nearest first."""
        here = dict(zip(_order(newest_first), place, strict=True))
        return self.filter(keyset.before(here)).in_order(newest_first=newest_first).reverse()

    def in_order(self, *, newest_first=False):
        """Sort by thread, the oldest or newest first; inside a thread, the oldest comment first."""
        return self.order_by(*_order(newest_first))

    def featured(self):
        """Return the comments that the newsroom features, the latest choice first."""
        chosen = Q(featured_at__isnull=False)
        if reader_clock.is_set():
            chosen = Q(featured_at__lte=reader_clock.now())
        return self.filter(chosen, moderation=Moderation.APPROVED).order_by("-featured_at", "-pk")


def _order(newest_first):
    return ("-thread" if newest_first else "thread", "pk")


def update_shown(comment):
    """Set `is_shown` of the comment, and of the comments that it answers.

    An unpublished comment stays as a gap while one of its answers is shown. `write_decision` calls
    this with the row as it is now and with the article's row locked.
    """
    while comment:
        is_shown = comment.is_public or comment.replies.filter(is_shown=True).exists()
        if is_shown == comment.is_shown:
            return
        comment.write(is_shown=is_shown)
        comment = comment.parent
