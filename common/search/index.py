"""Indexes of words, in which the staff search long lists: `WordIndex`.

A LIKE would read the whole table, and SQLite's knows capitals of ASCII only. So each model that is
searched has a second table of its tokens, on SQLite an FTS5 table and on PostgreSQL a tsvector with
a GIN index; migrations make it. Each row of it is written by `WordIndex` in the transaction that
writes the row of the model: Django's signals tell about `save` and `delete`, also of the rows that
a deletion takes along, and `IndexedQuerySet` about `update`.

A word is found without its accents and capitals, and by its beginning: “elec” finds “Élections”.
"""

import unicodedata
from functools import lru_cache

from django.db import connections, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_delete, post_save, pre_delete

from ..key_lists import listed
from . import databases
from .databases import all_of, any_of, backend_of, within_limits
from .typed import phrases
from .words import ascii_token, compounds, pieces, plain, words

#: The most words of a query; the rest is ignored.
MAX_WORDS = 10
#: A shorter word is found only whole, where the table may be large: too many words begin with it.
SHORTEST_PREFIX = 3
#: The most rows that are found by the name of a row that they refer to, such as their author.
MOST_REFERRED = 200
#: Up to so many matches are looked up by their keys for a list: not more, since their rows are long
#: and a list has to be asked for them first.
MOST_IN_ORDER = 5000
#: The number of rows whose words are cut and written together.
BATCH = 500

# The tokens of names begin with one sign, and those of references with the other, so that they can
# be searched apart; no word has these signs.
_NAME, _REFERENCE = "†", "‡"


@lru_cache(maxsize=20_000)
def _pieces(word) -> tuple[str, ...]:
    return tuple(ascii_token(piece) for piece in pieces(plain(word)))


def _pictographs(text) -> list[str]:
    """Return the tokens of the emoji and other pictographs in `text`, which are no words."""
    if text.isascii():
        return []
    signs = [c for c in dict.fromkeys(text) if unicodedata.category(c) == "So"]
    return list(map(ascii_token, signs))


def _joined(text):
    """Yield the tokens of `text` without a place: compounds, emoji and other pictographs."""
    for word in compounds(text):
        yield from _pieces(word.text)
    yield from _pictographs(text)


def cut(text) -> tuple[list[str], list[str]]:
    """Return the tokens of `text` in their order, and those without a place."""
    return [token for word in words(text) for token in _pieces(word.text)], list(_joined(text))


def entry(names, texts, references, backend, cut=cut) -> str:
    """Return the tokens of a row as its index stores them, on `backend`.

    `names` are the texts by which people call the row, `texts` its other ones, and `references` the
    keys of the rows that it refers to. Who writes many entries may give a `cut` that remembers
    texts.
    """
    names = [cut(str(name)) for name in names if name]
    every = [*names, *(cut(str(text)) for text in texts if text)]
    named = [[_NAME + token for token in tokens] for tokens, _joined in names]
    placeless = dict.fromkeys(token for _tokens, joined in every for token in joined)
    placeless |= dict.fromkeys(_NAME + token for _tokens, joined in names for token in joined)
    placeless |= dict.fromkeys(f"{_REFERENCE}{key}" for key in references)
    tokens = within_limits([*named, *(tokens for tokens, _joined in every)])
    return backend.row(tokens, list(placeless))


#: The indexes that are connected.
registered: list["WordIndex"] = []


class WordIndex:
    """The index of one model, of which a subclass names the texts. `connect` it once."""

    model: type[models.Model]
    #: The columns by which people call a row, and the columns with its other words.
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    #: Further columns, which `other_texts` and `references` read.
    read: tuple[str, ...] = ()
    #: Other models whose rows are part of a row, each with the name of its foreign key to it.
    children: tuple[tuple[type[models.Model], str], ...] = ()
    #: Foreign keys of the model, each with the columns there that the words are also made of.
    parents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Lists to load with many rows.
    prefetch: tuple[str, ...] = ()
    #: Another index: words that are in the name of one of its rows find each row that refers to it.
    referred: "WordIndex | None" = None
    #: Whether the table may have hundreds of thousands of rows.
    is_large = False
    #: Whether it may have millions: then PostgreSQL looks up few matches by their keys.
    is_huge = False

    def other_texts(self, row):
        """Return texts of `row` that are not simply a column."""
        return ()

    def references(self, row):
        """Return the keys in the index `referred` of the rows that `row` refers to."""
        return ()

    @property
    def table(self):
        return f"{self.model._meta.db_table}_words"

    @property
    def columns(self):
        """The columns of the model that the words are made of."""
        return {*self.names, *self.texts, *self.read}

    # --- Searching ------------------------------------------------------------------------------

    def filter(self, rows, typed, *, in_order=False):
        """Return those of the queryset `rows` that hold all words and quoted phrases of `typed`.

        With `in_order` a page of them is wanted in an order of their own: see `few` of PostgreSQL.
        """
        terms = self._terms(typed)
        if not terms:
            return rows.none()
        backend = backend_of(rows.db)
        found = all_of(
            backend, [self._expression(term, backend=backend, using=rows.db) for term in terms]
        )
        return rows.filter(pk__in=self._keys_of(found, rows.db, in_order=in_order))

    def named(self, rows, typed):
        """Return those of `rows` whose names hold all words and quoted phrases of `typed`.

        Only the newest MOST_REFERRED of all that are named so are asked.
        """
        terms = self._terms(typed)
        return rows.filter(pk__in=self.keys_by_name(terms, rows.db)) if terms else rows.none()

    def _terms(self, typed):
        """Return for each phrase its forms: lists of tokens, and whether the last is a prefix."""
        quoted, loose = phrases(typed.replace("\0", " "))
        terms, left = [], MAX_WORDS
        for phrase, is_quoted in [*((p, True) for p in quoted), *((p, False) for p in loose)]:
            forms = [phrase.words, *((word,) for word in phrase.joined)] if phrase.words else []
            own = [self._form(words, is_quoted) for words in forms]
            signs = [[([sign], False)] for sign in _pictographs(phrase.typed)]
            for term in filter(None, [own, *signs]):
                if left > 0:
                    terms.append([(tokens[:left], is_prefix) for tokens, is_prefix in term])
                    left -= len(term[0][0])
        return terms

    def _form(self, words, is_quoted):
        tokens = [token for word in words for token in _pieces(word)]
        is_long = len(plain(words[-1])) >= SHORTEST_PREFIX
        return tokens, not is_quoted and (is_long or not self.is_large)

    def _expression(self, term, *, backend, using):
        own = [backend.phrase(tokens, is_prefix=is_prefix) for tokens, is_prefix in term]
        if self.referred:
            keys = self.referred.keys_by_name([term], using)
            own += [backend.phrase([f"{_REFERENCE}{key}"]) for key in keys]
        return any_of(backend, own)

    def keys_by_name(self, terms, using) -> list[int]:
        """Return the keys of the newest rows that `terms` name, MOST_REFERRED at most."""
        backend = backend_of(using)
        forms = [
            [
                backend.phrase([_NAME + token for token in tokens], is_prefix=is_prefix)
                for tokens, is_prefix in term
            ]
            for term in terms
        ]
        found = all_of(backend, [any_of(backend, each) for each in forms])
        rest = f"ORDER BY rowid DESC LIMIT {MOST_REFERRED}"
        sql = backend.newest(self.table, self._condition(using), rest)
        with connections[using].cursor() as cursor:
            rows = backend.fetch(cursor, sql, [found] * sql.count("%s"))
            return [key for (key,) in rows]

    def _keys_of(self, found, using, *, in_order=False):
        """Return a query of the keys of the rows that match.

        On PostgreSQL, where it would be too slow, that of these numbers themselves if they are few.
        """
        most = MOST_IN_ORDER if in_order and self.is_large else 0
        if self.is_huge:
            most = databases.MOST_LISTED
        if most:
            with connections[using].cursor() as cursor:
                few = backend_of(using).few(
                    cursor, self.table, self._condition(using), [found], most
                )
            if few is not None:
                return listed(few, using=using)
        return self._matching(found, using)

    def _matching(self, found, using):
        sql = f"SELECT rowid FROM {self.table} WHERE {self._condition(using)}"  # noqa: S608
        return RawSQL(sql, [found])  # noqa: S611

    def _condition(self, using):
        # To read the words of a row costs PostgreSQL far more than it reckons. It cannot see into
        # the SELECT, so it expects few rows, and asks the index even for a word of every row.
        if connections[using].vendor == "sqlite":
            return f"{self.table} MATCH %s"
        return "words @@ (SELECT %s::tsquery)"

    # --- Writing --------------------------------------------------------------------------------

    def write(self, rows, *, using="default"):
        """Write the tokens of `rows` in place of their former ones."""
        backend = backend_of(using)
        self.insert([(row.pk, self._entry(row, backend)) for row in rows], using)

    def write_keys(self, keys, *, using="default"):
        """Write the tokens of the rows with these keys, as they are in the database."""
        for start in range(0, len(keys), BATCH):
            self.write(self.rows(using).filter(pk__in=keys[start : start + BATCH]), using=using)

    def remove(self, keys, *, using="default"):
        with connections[using].cursor() as cursor:
            sql = f"DELETE FROM {self.table} WHERE rowid = %s"  # noqa: S608
            cursor.executemany(sql, [(key,) for key in keys])

    def rows(self, using):
        """Return all rows of the model, with what their words are made of."""
        loaded = [*self.columns, *(f"{key}__{c}" for key, of in self.parents for c in of)]
        rows = self.model._base_manager.using(using).only(*loaded)
        # `select_related` without names would follow all foreign keys.
        rows = rows.select_related(*dict(self.parents)) if self.parents else rows
        return rows.prefetch_related(*self.prefetch)

    def _entry(self, row, backend):
        names = [getattr(row, column) for column in self.names]
        texts = [*(getattr(row, column) for column in self.texts), *self.other_texts(row)]
        return entry(names, texts, self.references(row), backend)

    def insert(self, entries, using):
        """Insert or replace `entries`, pairs of a key and a `row` of the backend."""
        if connections[using].vendor == "sqlite":
            sql = f"INSERT OR REPLACE INTO {self.table} (rowid, words) VALUES (%s, %s)"  # noqa: S608
        else:
            sql = (
                f"INSERT INTO {self.table} (rowid, words) VALUES (%s, %s::tsvector) "  # noqa: S608
                "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words"
            )
        with connections[using].cursor() as cursor:
            if len(entries) == 1:
                cursor.execute(sql, entries[0])
            elif entries:
                cursor.executemany(sql, entries)

    # --- Following the models ---------------------------------------------------------------------

    def connect(self):
        """Write the index whenever Django saves or deletes a row that its words are made of."""
        registered.append(self)
        label = f"{self.table}:"
        options = {"weak": False}
        post_save.connect(self._saved, self.model, dispatch_uid=f"{label}saved", **options)
        post_delete.connect(self._deleted, self.model, dispatch_uid=f"{label}deleted", **options)
        for child, _key in self.children:
            for signal in (post_save, post_delete):
                uid = f"{label}{child._meta.label}"
                signal.connect(self._child_changed, child, dispatch_uid=uid, **options)
        for name, _columns in self.parents:
            parent = self.model._meta.get_field(name).related_model
            uid = f"{label}{name}"
            post_save.connect(self._parent_saved, parent, dispatch_uid=uid, **options)
            if self.model._meta.get_field(name).null:
                pre_delete.connect(self._parent_leaves, parent, dispatch_uid=uid, **options)

    def _saved(self, instance, using, update_fields=None, raw=False, **kwargs):
        if raw and self.parents:
            # A fixture may bring the parent later. The next `migrate` writes what is missing.
            return
        if update_fields is not None and not self.columns.intersection(update_fields):
            return
        is_whole = update_fields is None or self.columns.issubset(update_fields)
        if is_whole and not self.parents and connections[using].in_atomic_block:
            self.write([instance], using=using)
        else:
            # The object may have other values in columns that were not saved, or a parent as it was
            # before a change. Outside of a transaction the row may have changed since the save.
            self._write_locked(using, pk=instance.pk)

    def _deleted(self, instance, using, **kwargs):
        self.remove([instance.pk], using=using)

    def _child_changed(self, sender, instance, using, **kwargs):
        key = getattr(instance, sender._meta.get_field(dict(self.children)[sender]).attname)
        self.write_keys([key], using=using)

    def _parent_leaves(self, sender, instance, using, **kwargs):
        """Set the keys of a parent to null before its deletion does, which tells no index of it."""
        for name in self._keys_to(sender, None):
            if self.model._meta.get_field(name).null:
                rows = self.model._default_manager.using(using).filter(**{name: instance})
                rows.update(**{name: None})

    def _write_locked(self, using, **conditions):
        """Write the rows as they are now, so that nobody deletes or changes one meanwhile."""
        with transaction.atomic(using=using):
            rows = self.rows(using).filter(**conditions)
            self.write(rows.select_for_update(of=["self"], no_key=True), using=using)

    def _parent_saved(self, sender, instance, using, created, update_fields=None, **kwargs):
        if not created:
            self.follow(sender, [instance.pk], update_fields, using)

    def reads(self, parent, columns) -> bool:
        """Say whether words of this index are also made of any of these `columns` of `parent`."""
        return any(self._keys_to(parent, columns))

    def follow(self, parent, keys, columns, using):
        """Write the rows whose words are also made of these `columns` (None: all) of `parent`."""
        for name in self._keys_to(parent, columns):
            self._write_locked(using, **{f"{name}__in": keys})

    def _keys_to(self, parent, columns):
        for name, read in self.parents:
            is_parent = self.model._meta.get_field(name).related_model is parent
            if is_parent and (columns is None or not set(read).isdisjoint(columns)):
                yield name
