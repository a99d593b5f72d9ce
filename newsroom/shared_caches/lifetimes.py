"""How long shared caches may keep an answer, and by which keys they find it again.

Browsers get `no-cache` and an ETag whatever is in front. A shared cache is told in headers of its
own: nginx by `X-Accel-Expires`, Fastly and Varnish by `Surrogate-Control` (W3C, “Edge Architecture
Specification”), Cloudflare by `CDN-Cache-Control` (RFC 9213). It keeps a page for a second at most;
or for longer if it finds pages by key, and has confirmed a moment ago that it forgets what changed.
No page is kept past the instant at which something on it begins or ends.
"""

from common.page_notes import ANY

from ..models import Purge
from ..whole_pages.rules import LAG
from .cache import key_of
from .configured import configured

#: Seconds for which a page is kept by a cache that forgets what changed. Whatever goes wrong, no
#: page is older.
LONGEST = 3600
#: Seconds between what we tell a cache and the end of a page: the cache counts from the moment at
#: which it gets the answer, and clocks differ a little.
MARGIN = 2
#: The most keys of a page: with more it has those of whole kinds, so that the header stays below
#: the 8 KB that caches take.
MOST_KEYS = 300


class Lifetimes:
    """The headers for shared caches, by what is known of the caches in front."""

    def __init__(self):
        self._labels = frozenset(cache.label for cache in configured() if cache.finds_by_key)
        #: Whether a page may be kept for long, since each cache forgets what changed.
        self.are_long = False

    def read_what_is_confirmed(self):
        """Read from the database whether each cache confirms that it forgets."""
        if self._labels:
            self.are_long = Purge.objects.are_all_confirmed(self._labels)

    def of_page(self, page, now, begun=None) -> list:
        """Return the headers of a kept page at the instant `now`, in seconds.

        The answer was `begun` earlier (by default now), if the page had to be made.

        While the page lasts for longer than any cache may keep it, all answers of a second have the
        same: to make them, and to send new ones, takes as long as to find the page.
        """
        begun = now if begun is None else begun
        if page.ends_at - now <= LONGEST + MARGIN:
            return self._of_page(page, now, begun)
        second = int(begun)
        at, trusted, headers = page.for_caches
        if at != second or trusted != self.are_long:
            headers = self._of_page(page, now, begun)
            page.for_caches = second, self.are_long, headers
        return headers

    def _of_page(self, page, now, begun):
        left = page.ends_at - now
        seconds, of_surrogates = int(left >= 1), ""
        if self.are_long and left > MARGIN + 1:
            longest = int(min(LONGEST, left - MARGIN))
            seconds = min(longest, int(LAG.total_seconds())) if page.lagging else longest
            if seconds < longest:
                # While Newsroom is away, they may go on with what they were not told to forget.
                of_surrogates = f", stale-if-error={longest - seconds}"
        headers = [
            self.in_nginx(begun, page.ends_at),
            ("Surrogate-Control", f"max-age={seconds}{of_surrogates}"),
            # Cloudflare would show a copy past its end to those who ask while it fetches another.
            ("CDN-Cache-Control", f"max-age={seconds}, must-revalidate"),
        ]
        return headers + _keys_of(page) if self._labels else headers

    @staticmethod
    def in_nginx(now, ends_at=float("inf")):
        """Return the header by which nginx keeps an answer until the second of `now` is over.

        nginx counts in whole seconds, so what it may keep for one second from now on would be up to
        two seconds old. An answer that ends within the second gets the one before: nginx never
        shows it, but forgets the answer that it had; with `0` it would show that in an outage.
        """
        second = int(now)
        return "X-Accel-Expires", f"@{second if second + 1 <= ends_at else second - 1}"

    def of_other_answer(self, headers) -> list:
        """Return the headers of an answer that no cache that finds pages by key may keep.

        By itself Fastly keeps for an hour whatever does not say `private`. Files that never change
        say `public`, and may be kept.
        """
        if not self._labels or any(
            name.lower() == "cache-control" and "public" in value for name, value in headers
        ):
            return []
        return [("Surrogate-Control", "max-age=0"), ("CDN-Cache-Control", "no-store")]


def _keys_of(page) -> list:
    if page.keys is None:
        # A name that stands for all of its kind has the names of that kind in it.
        whole = {kind for kind, key in page.names if key is ANY}
        names = {name for name in page.names if name[1] is ANY or name[0] not in whole}
        if len(names) > MOST_KEYS:
            names = {(kind, ANY) for kind, _key in names}
        page.keys = sorted(map(key_of, names))
    return [("Surrogate-Key", " ".join(page.keys)), ("Cache-Tag", ",".join(page.keys))]
