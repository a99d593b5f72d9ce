"""The rows of the comments of a large site, of their history, and of all that belongs to both.

They are those that the import of comments, the decisions and the search of the staff write: a test
compares.
"""

import hashlib
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from articles.models import Article
from comments.models import Comment, CommentEvent, Trace
from comments.moderation import word_indexes
from comments.moderation.reasons import Reason
from comments.moderation.states import Moderation, Screening
from comments.writing.text import to_html
from common.search.databases import backend_of
from common.search.index import cut, entry

from .tables import Table, insert
from .vocabulary import remembering

Kind = CommentEvent.Kind
#: One in so many of the approved comments has a history, as if the others had been imported long
#: ago: with all of them, the table would be the largest of the site.
WITH_HISTORY = 10
#: The longest time during which an article gets comments, in seconds.
LONGEST_TALK = 6 * 24 * 60 * 60
#: The verdicts on comments that nobody has decided yet.
UNDECIDED = [
    *[Screening.HAM] * 12,
    *[Screening.SPAM] * 4,
    *(Screening.DISCARD, Screening.WAITING, Screening.WAITING, Screening.FAILED),
]


@dataclass(slots=True)
class Planned:
    """A comment to be made."""

    key: int
    sent: datetime
    name: str
    text: str
    parent: "Planned | None"
    root: int | None
    screening: str
    decision: str
    reason: str = ""
    decided: datetime | None = None
    is_shown: bool = False


class CommentRows:
    """The tables that hold comments, and the rows that are to be written to them."""

    def __init__(self, library):
        self.library = library
        self.backend = backend_of(connection.alias)
        self.cut, self.html = remembering(cut), lru_cache(maxsize=None)(to_html)
        self.secret = salted_hmac("newsroom.growth", "receipts", algorithm="sha256").digest()
        self.comments = Table(
            Comment,
            "id article_id receipt name text html submitted_at parent_id root_id is_shown "
            "screening moderation reason decided_at decided_by_id",
        )
        self.events = Table(CommentEvent, "comment_id kind at by_id origin target reason")
        self.traces = Table(Trace, "comment_id ip_address user_agent name text")
        self.words, self.counts = [], []

    def write(self, talks):
        """Write comments. Call it in a transaction.

        Each of `talks` is the key of an article, the time at which readers could first read it, a
        number that no other talk has, and the number of its comments.
        """
        self.key = self.comments.next_key()
        for article, start, seed, count in talks:
            self._add_talk(article, start, random.Random(seed), count)  # noqa: S311
        for table in (self.comments, self.events, self.traces):
            table.write()
        insert(word_indexes.comments.table, ("rowid", "words"), self.words)
        table = connection.ops.quote_name(Article._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET comment_count = comment_count + %s WHERE id = %s",  # noqa: S608
                self.counts,
            )
        self.words, self.counts = [], []

    def _add_talk(self, article, start, rng, count):
        age = (self.library.until - start).total_seconds()
        length = min(age * 0.9, LONGEST_TALK)
        opinions = self.library.own.opinions
        made = []
        for seconds in sorted(rng.random() ** 2 * length for _ in range(count)):
            parent = None
            if made and rng.random() < 0.45:
                # Most answer one of the last comments; so there are answers to answers.
                parent = made[max(0, len(made) - 1 - int(rng.expovariate(0.15)))]
            planned = Planned(
                self.key,
                start + timedelta(seconds=int(seconds)),
                rng.choice(self.library.readers),
                rng.choice(opinions),
                parent,
                parent and (parent.root or parent.key),
                Screening.HAM,
                Moderation.APPROVED,
            )
            self._decide(planned, rng, is_calm=count >= 200)
            made.append(planned)
            self.key += 1
        # A comment that is not public stays as a gap above its public answers.
        for planned in reversed(made):
            planned.is_shown |= planned.decision == Moderation.APPROVED
            if planned.is_shown and planned.parent:
                planned.parent.is_shown = True
        for planned in made:
            self._add(planned, article)
        approved = sum(planned.decision == Moderation.APPROVED for planned in made)
        self.counts.append((approved, article))

    def _decide(self, planned, rng, *, is_calm):
        """Set the verdict and the decision. In a calm talk all comments are approved.

        Spam and rejected comments are recent, since the purge deletes all others.
        """
        days = (self.library.until - planned.sent) / timedelta(days=1)
        chance = 0.5 if is_calm else rng.random()
        if days < 3 and chance < 0.25:
            planned.screening = rng.choice(UNDECIDED)
            planned.decision = Moderation.PENDING
            return
        if days < settings.COMMENTS_SPAM_DAYS - 1 and chance < 0.29:
            planned.screening, planned.decision = Screening.SPAM, Moderation.SPAM
        elif days < settings.COMMENTS_REJECTED_DAYS - 1 and chance > 0.995:
            planned.decision = Moderation.WITHDRAWN
        elif days < settings.COMMENTS_REJECTED_DAYS - 1 and chance > 0.96:
            planned.decision, planned.reason = Moderation.REJECTED, rng.choice(Reason.values)
        soon = planned.sent + timedelta(minutes=rng.randrange(1, 200))
        planned.decided = min(soon, self.library.until)

    def _add(self, planned, article):
        key, name, text, decision = planned.key, planned.name, planned.text, planned.decision
        # The writer withdraws, and nobody else.
        by = self.library.account
        if decision in (Moderation.PENDING, Moderation.WITHDRAWN):
            by = None
        self.comments.add(
            *(key, article, self._receipt(key), name, text, self.html(text), planned.sent),
            *(planned.parent and planned.parent.key, planned.root, planned.is_shown),
            *(planned.screening, decision, planned.reason, planned.decided, by),
        )
        row = entry([], [name, text], [article], self.backend, self.cut)
        self.words.append((key, row))
        if decision != Moderation.APPROVED or key % WITH_HISTORY == 0:
            self._add_history(planned, by)
        is_kept = settings.COMMENTS_KEEP_ADDRESS and settings.COMMENTS_TRACE_DAYS
        if (self.library.until - planned.sent).days < is_kept:
            # Addresses that are set apart for examples (RFC 5737, RFC 3849).
            address = f"203.0.113.{key % 251}" if key % 3 else f"2001:db8::{key % 65_521:x}"
            self.traces.add(key, address, "Mozilla/5.0 (demo)", name, text)

    def _receipt(self, key):
        """Return the secret part of the address of a private page.

        It begins with the key, since a database writes values that rise far faster; nobody can
        guess the rest.
        """
        digest = hashlib.blake2b(key.to_bytes(8), key=self.secret, digest_size=12).digest()
        return uuid.UUID(bytes=key.to_bytes(8)[4:] + digest)

    def _add_history(self, planned, by):
        key, sent, screening = planned.key, planned.sent, planned.screening
        self.events.add(key, Kind.SUBMITTED, sent, None, "", "", "")
        if screening == Screening.FAILED:
            self.events.add(key, Kind.GIVEN_UP, sent, None, "", "", "")
        elif screening != Screening.WAITING:
            self.events.add(key, Kind.SCREENED, sent, None, Screening.WAITING, screening, "")
        if planned.decided:
            decision = planned.decision
            kind = Kind.WITHDRAWN if decision == Moderation.WITHDRAWN else Kind.DECIDED
            origin = Moderation.PENDING
            self.events.add(key, kind, planned.decided, by, origin, decision, planned.reason)
