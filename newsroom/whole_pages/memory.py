"""The pages in the memory of a process: the last ones that were asked for, within a bound.

A page that a change may have touched is given to nobody, but kept: if it can ask its questions
again and gets the answers of before, it is the same.
"""

from collections import OrderedDict, deque
from threading import RLock

from common import page_notes

#: How many names of changes are remembered, for pages that were being made meanwhile.
REMEMBERED = 4096
#: No single page may take more than this part of the room.
LARGEST_PART = 8


class Memory:
    """Pages by their keys, at most `room` bytes in all codings; those used last stay.

    A lock guards all that changes. `find`, which a hit calls, takes none.
    """

    def __init__(self, room):
        self.room, self.size = room, 0
        #: Rises with each change that is noticed.
        self.position = 0
        self._pages, self._sizes, self._by_name = OrderedDict(), {}, {}
        self._noticed = deque(maxlen=REMEMBERED)
        self._lock = RLock()

    def __len__(self):
        return len(self._pages)

    def find(self, key, now):
        """Return the page at `key` that is current at `now` (seconds), or None."""
        page = self._pages.get(key)
        if page is None or page.is_doubtful or not page.is_current(now):
            return None
        try:
            self._pages.move_to_end(key)
        except KeyError:
            # Another thread has just dropped it, perhaps for a change: this request came before.
            return None
        return page

    def former(self, key, now):
        """Return the page that was at `key`, if it can be asked for again at `now`, or None.

        Its own end does not move. After the clock was put back it may show what has not begun.
        """
        page = self._pages.get(key)
        if page is None or page.questions is None or not page.made_at <= now < page.own_end:
            return None
        return page

    def forget(self, key, page):
        """Forget `page`, which is another one now, or none."""
        with self._lock:
            if self._pages.get(key) is page:
                self._drop(key)

    def keep(self, key, page, since) -> bool:
        """Keep `page`, which was made after the position `since`; return whether it is kept.

        It is not if a change that was noticed since then touches it: it may show what was before.
        """
        with self._lock:
            if page.size > self.room / LARGEST_PART or self._is_touched(page, since):
                return False
            self._drop(key)
            self._pages[key] = page
            for name in page.names | page.lagging:
                self._by_name.setdefault(name, set()).add(key)
            self._weigh(key, page)
            return True

    def weigh(self, key, page):
        """Count the bytes of a page anew, which has got another coding."""
        with self._lock:
            if self._pages.get(key) is page:
                self._weigh(key, page)

    def notice(self, changes):
        """Drop the pages that the `changes`, each a kind, a key and an instant, touch.

        A page that may lag behind them ends a little later.
        """
        with self._lock:
            for kind, changed, at in changes:
                self.position += 1
                names = page_notes.touched_by(kind, changed)
                self._noticed.append(names)
                for key in set().union(*(self._by_name.get(name, ()) for name in names)):
                    page = self._pages[key]
                    if page.names.isdisjoint(names):
                        page.end_after_lag(at)
                    elif page.questions is None:
                        self._drop(key)
                    else:
                        page.is_doubtful = True
                        self._forget_names(key, page)

    def _is_touched(self, page, since):
        count = self.position - since
        if count > len(self._noticed):
            return True
        # A page that may lag has been made while it changed: the simplest is to make it again.
        names = page.names | page.lagging
        return any(not names.isdisjoint(self._noticed[-n]) for n in range(1, count + 1))

    def _weigh(self, key, page):
        self.size += page.size - self._sizes.get(key, 0)
        self._sizes[key] = page.size
        while self.size > self.room:
            # In one step: `find` moves pages without the lock.
            self._forgotten(*self._pages.popitem(last=False))

    def _drop(self, key):
        if page := self._pages.pop(key, None):
            self._forgotten(key, page)

    def _forgotten(self, key, page):
        self.size -= self._sizes.pop(key)
        if not page.is_doubtful:
            self._forget_names(key, page)

    def _forget_names(self, key, page):
        for name in page.names | page.lagging:
            keys = self._by_name[name]
            keys.discard(key)
            if not keys:
                del self._by_name[name]
