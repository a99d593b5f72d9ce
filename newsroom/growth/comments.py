"""The comments of a large site: most on recent articles, with a long tail."""

import hashlib
import random
import uuid
from bisect import bisect_right
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from comments.models import Comment, CommentEvent, Trace
from comments.moderation.reasons import Reason
from comments.moderation.states import Moderation, Screening
from comments.moderation import word_indexes
from comments.writing.text import to_html
from common.search.databases import backend_of
from common.search.index import cut, entry

from . import tables
from .vocabulary import remembering

#: One of so many approved comments has a history.
WITH_HISTORY = 10
PENDING = [Screening.HAM] * 12 + [Screening.SPAM] * 4 + [
    Screening.DISCARD,
    Screening.WAITING,
    Screening.WAITING,
    Screening.FAILED,
]


class CommentRows:
    def __init__(self, site):
        self.site = site
        self.backend = backend_of("default")
        self.comments = tables.Table(
            Comment,
            "id article_id receipt name text html submitted_at parent_id root_id is_shown "
            "screening moderation reason decided_at decided_by_id",
        )
        self.events = tables.Table(CommentEvent, "comment_id kind at by_id origin target reason")
        self.traces = tables.Table(Trace, "comment_id ip_address user_agent name text")
        self.words, self.counts = [], []
        self.key = self.secret = None
        self.html = {}
        self.cut = remembering(cut)

    def begin(self):
        """Call it at the beginning of each transaction."""
        self.key = self.comments.next_key() - 1
        self.secret = salted_hmac("newsroom.growth", "receipts", algorithm="sha256").digest()

    def __len__(self):
        return len(self.comments.rows)

    def write(self):
        for table in (self.comments, self.events, self.traces):
            table.write()
        tables.insert(word_indexes.comments.table, ["rowid", "words"], self.words)
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE articles_article SET comment_count = comment_count + %s WHERE id = %s",
                self.counts,
            )
        self.words, self.counts = [], []
        tables.set_sequences([Comment, CommentEvent, Trace])

    def add(self, article, start, first, count, vocabulary, *, all_approved=False):
        """Add `count` comments on `article`, which began at `start`; `first` counts all before."""
        rng = random.Random(first << 8 | 1)  # noqa: S311
        until = self.site.until
        spread = max(0.0, min((until - start).total_seconds() * 0.9, 6 * 86400.0))
        times = sorted(rng.random() ** 2 * spread for _ in range(count))
        begun, made = self.key, []
        for place, seconds in enumerate(times):
            sent = start + timedelta(seconds=int(seconds))
            state = self._state(sent, rng, all_approved)
            parent = None
            if made and rng.random() < 0.45:
                parent = made[max(0, len(made) - 1 - int(rng.expovariate(0.15)))]
            made.append(self._row(begun + place + 1, sent, state, parent, rng, vocabulary))
        for row in reversed(made):
            row["shown"] = row["shown"] or row["moderation"] == Moderation.APPROVED
            if row["shown"] and row["parent"]:
                row["parent"]["shown"] = True
        approved = 0
        for row in made:
            approved += row["moderation"] == Moderation.APPROVED
            self._add(row, article)
        self.key += count
        if approved:
            self.counts.append((approved, article))

    def _state(self, sent, rng, all_approved):
        """Return the verdict and the decision for a comment of this age."""
        days = (self.site.until - sent).total_seconds() / 86400
        chance = rng.random()
        if not all_approved:
            if days < 3 and chance < 0.25:
                return rng.choice(PENDING), Moderation.PENDING
            if days < settings.COMMENTS_SPAM_DAYS - 1 and chance < 0.29:
                return Screening.SPAM, Moderation.SPAM
            if days < settings.COMMENTS_REJECTED_DAYS - 1 and chance > 0.96:
                if chance > 0.995:
                    return Screening.HAM, Moderation.WITHDRAWN
                return Screening.HAM, Moderation.REJECTED
        return Screening.HAM, Moderation.APPROVED

    def _row(self, key, sent, state, parent, rng, vocabulary):
        screening, moderation = state
        return {
            "key": key,
            "sent": sent,
            "name": rng.choice(self.site.readers),
            "text": rng.choice(vocabulary.opinions),
            "parent": parent,
            "root": parent and (parent["root"] or parent["key"]),
            "screening": screening,
            "moderation": moderation,
            "reason": rng.choice(Reason.values) if moderation == Moderation.REJECTED else "",
            "decided": sent + timedelta(minutes=rng.randrange(1, 200)),
            "shown": False,
        }

    def _add(self, row, article):
        key, sent, moderation, parent = row["key"], row["sent"], row["moderation"], row["parent"]
        text = row["text"]
        html = self.html.get(text) or self.html.setdefault(text, to_html(text))
        is_decided = moderation != Moderation.PENDING
        decided = min(row["decided"], self.site.until) if is_decided else None
        by = self.site.account if is_decided and moderation != Moderation.WITHDRAWN else None
        self.comments.add(
            *(key, article, self._receipt(key), row["name"], text, html, sent),
            *(parent and parent["key"], row["root"], row["shown"], row["screening"], moderation),
            *(row["reason"], decided, by),
        )
        self.words.append((key, entry([], [row["name"], text], [article], self.backend, self.cut)))
        if moderation != Moderation.APPROVED or key % WITH_HISTORY == 0:
            self._add_events(row, decided, by)
        age = (self.site.until - sent).days
        if age < settings.COMMENTS_TRACE_DAYS and settings.COMMENTS_KEEP_ADDRESS:
            address = f"203.0.113.{key % 251}" if key % 3 else f"2001:db8::{key % 65521:x}"
            self.traces.add(key, address, "Mozilla/5.0 (demo)", row["name"], text)

    def _receipt(self, key):
        digest = hashlib.blake2b(key.to_bytes(8), key=self.secret, digest_size=16).digest()
        # Keys that rise are written far faster; the other 12 bytes nobody can guess.
        return uuid.UUID(bytes=key.to_bytes(8)[4:] + digest[:12])

    def _add_events(self, row, decided, by):
        Kind, key, sent, screening = CommentEvent.Kind, row["key"], row["sent"], row["screening"]
        self.events.add(key, Kind.SUBMITTED, sent, None, "", "", "")
        if screening == Screening.FAILED:
            self.events.add(key, Kind.GIVEN_UP, sent, None, "", "", "")
        elif screening != Screening.WAITING:
            self.events.add(key, Kind.SCREENED, sent, None, Screening.WAITING, screening, "")
        if decided:
            moderation = row["moderation"]
            kind = Kind.WITHDRAWN if moderation == Moderation.WITHDRAWN else Kind.DECIDED
            self.events.add(key, kind, decided, by, Moderation.PENDING, moderation, row["reason"])
