"""Notes on an article, from colleague to colleague. Readers never see them."""

import re

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.history import HistoryRow

#: An @ inside a word is that of a mail address. The characters are those of login names.
_MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")


class NoteQuerySet(models.QuerySet):
    @transaction.atomic
    def add(self, article, text, *, by):
        """Add a note of `by` to `article`, with its mentions, and return it.

        It answers the mentions of `by` in the notes before. The same words sent twice in a row are
        one note: a button may be pressed twice. Raises ValidationError (`unknown_login`) if the
        text mentions a login name that nobody at work here has.
        """
        people = people_mentioned(text)
        last = self.filter(article=article).order_by("-pk").first()
        if last and by and (last.by_id, last.note) == (by.pk, text):
            return last
        note = self.create(article=article, by=by, note=text)
        others = [person for person in people if person != by]
        Mention.objects.bulk_create(Mention(note=note, person=person) for person in others)
        Mention.objects.settle(article, by)
        return note


class Note(HistoryRow):
    """A note on an article. It is never edited, and goes only with its article."""

    #: Characters.
    LONGEST = 2000

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="notes")

    objects = NoteQuerySet.as_manager()

    class Meta(HistoryRow.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]

    def __str__(self):
        return self.note[:60]


class MentionQuerySet(models.QuerySet):
    def waiting_for(self, person):
        """Return the mentions of `person` that the person has neither answered nor seen."""
        return self.filter(person=person, settled_at=None)

    def settle(self, article, person):
        """Record that `person` has answered or seen the mentions in the notes on `article`."""
        waiting = self.waiting_for(person).filter(note__article=article)
        return waiting.update(settled_at=timezone.now())


class Mention(models.Model):
    """A person whom a note mentions, until the person has answered it or marked it as seen."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="mention_once_in_a_note")
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(settled_at=None),
                name="mention_waiting",
            )
        ]

    def __str__(self):
        return f"@{self.person.get_username()}"


def people_mentioned(text) -> list:
    """Return the users whom `text` mentions by login name, such as @anne.

    A full stop after a name is not part of it, unless a login name ends so. Raises ValidationError
    (`unknown_login`) for a name that nobody at work here has who may read articles.
    """
    written = list(dict.fromkeys(_MENTION.findall(text)))
    names = {name: {name, name.rstrip(".+-@")} for name in written}
    wanted = {each for choices in names.values() for each in choices}
    found = get_user_model().objects.filter(username__in=wanted, is_active=True, is_staff=True)
    people = {person.get_username(): person for person in found if _may_read(person)}
    unknown = [name for name, choices in names.items() if not choices & people.keys()]
    if unknown:
        raise ValidationError(
            ngettext_lazy(
                "Nobody here has the login name %(names)s. Write it without the @ if you mean "
                "nobody of the newsroom.",
                "Nobody here has the login names %(names)s. Write them without the @ if you mean "
                "nobody of the newsroom.",
                len(unknown),
            ),
            code="unknown_login",
            params={"names": ", ".join(f"@{name.rstrip('.')}" for name in unknown)},
        )
    chosen = (people.get(name) or people[name.rstrip(".+-@")] for name in names)
    return list(dict.fromkeys(chosen))


def _may_read(person):
    return any(person.has_perm(f"articles.{verb}_article") for verb in ("view", "change"))
