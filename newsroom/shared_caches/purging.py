"""Telling shared caches what changed, so that they forget the pages that show it.

What is to be told stands in the log of changes (`articles.models.Change`) and nowhere else: a row
for each cache says how far it has been told. So nothing is lost with a process that is killed, and
a cache that does not answer is told everything later, in one go. A request that changed something
tells the caches before it is answered, and its process tells them once more; the worker does the
rest, as soon as it has finished what it is busy with.
"""

import logging
from threading import Timer

from django.db import connections
from django.utils import timezone

from ..models import Purge
from ..whole_pages import news
from .cache import NotPurged
from .configured import configured

log = logging.getLogger(__name__)

#: Seconds after which a cache is told once more: an answer that shows what was before may have been
#: on its way, or may come from a machine that learns of the change a moment later.
AGAIN_AFTER = (1, 5)
#: What no page shows: a cache that forgets it confirms that it would forget more.
NOTHING = ("nothing", 0)
#: More changes than these are told as “everything”.
MOST_CHANGES = 1000


def tell_caches(*, only_working=False):
    """Tell each configured cache what changed since the last time, and what is due once more.

    With `only_working`, a cache that failed the last time is left to the worker.
    """
    for cache in configured():
        row, _is_new = Purge.objects.get_or_create(cache=cache.label)
        if not (row.failing_since if only_working else row.rests):
            _tell(cache, row)


def tell_again():
    """Have this process tell what is due once more, in threads of their own.

    The worker may be busy for a while, or away, and a cache keeps an old answer for an hour.
    """
    for seconds in AGAIN_AFTER if configured() else ():
        timer = Timer(seconds, _tell_what_is_due)
        timer.daemon = True
        timer.start()


def _tell_what_is_due():
    try:
        tell_caches(only_working=True)
    except Exception:
        log.exception("Shared caches could not be told of a change once more.")
    finally:
        connections.close_all()


def statuses() -> list[Purge]:
    """Return the row of each configured cache; one that was told nothing yet is not stored.

    Each row also says whether its cache `finds_by_key`, and so keeps pages for long.
    """
    caches = configured()
    known = Purge.objects.in_bulk([cache.label for cache in caches])
    rows = [known.get(cache.label) or Purge(cache=cache.label) for cache in caches]
    for row, cache in zip(rows, caches, strict=True):
        row.finds_by_key = cache.finds_by_key
    return rows


def _tell(cache, row):
    now = timezone.now().timestamp()
    # The row of a restored backup does not know what was told since: pages of a time that has not
    # been. It was confirmed long ago, unlike any row that is in use.
    known = None if row.is_old else news.Position.of_json(row.position)
    changes, position = news.changes_up_to_now(known)
    late = [entry for entry in row.again if _is_due(entry, now)]
    if changes == [] and not late and row.is_confirmed:
        return
    told = _together([changes, *(entry["changes"] for entry in late)])
    try:
        cache.forget(told if told is None else told or [NOTHING])
    except NotPurged as error:
        if not row.failing_since:
            log.warning("%s has not confirmed that it forgot: %s", cache.label, error)
        row.record_failure(str(error))
        return
    again = [entry for entry in row.again if entry not in late]
    if changes != []:
        # As told: very many changes are “everything”, and need not be kept.
        changes = _together([changes])
        again += [{"at": now + seconds, "changes": changes} for seconds in AGAIN_AFTER]
    if row.failing_since:
        log.warning("%s has forgotten what changed.", cache.label)
    row.record_confirmation(position, again)


def _is_due(entry, now):
    # A time that is too late was written before the clock was put back.
    return not now < entry["at"] <= now + max(AGAIN_AFTER)


def _together(lists):
    """Return the changes of all `lists`, each once; None, which is everything, if one has it."""
    if None in lists:
        return None
    found = sorted({(kind, key) for changes in lists for kind, key in changes})
    return found if len(found) <= MOST_CHANGES else None
