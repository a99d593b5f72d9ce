"""What the articles of a large site are filed under, and the account that makes them."""

from itertools import islice

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from articles.models import Author, Image, NamingAuthority, Section, Topic
from newsroom.demo import pictures

from .vocabulary import Vocabulary

#: The account that writes, publishes and decides. Nobody can log in with it.
ACCOUNT = "grow"
TOPICS, AUTHORS = 240, 300
#: The pictures of the demo that are drawn: some seconds of work.
PICTURES = 3


class Library:
    """The rows that articles refer to, and the words that they are made of."""

    def __init__(self):
        own = settings.LANGUAGE_CODE.partition("-")[0]
        other = next(code for code, _name in settings.LANGUAGES if code != own)
        self.own, self.other = Vocabulary(own), Vocabulary(other)
        self.readers = [*self.own.names(), *self.other.names()]

    @transaction.atomic
    def fill(self, until=None):
        """Make what is missing. The site ends at `until`, or now; that stays from then on."""
        users = get_user_model().objects
        account, _made = users.get_or_create(
            username=ACCOUNT,
            defaults={"is_active": False, "date_joined": until or timezone.now(), "password": "!"},
        )
        self.account, self.until = account.pk, account.date_joined.replace(microsecond=0)
        texts = [*self.own.texts["sections"], *self.own.grow["sections"]]
        sections = [self._section(text, position) for position, text in enumerate(texts)]
        [self.foreign] = [
            s.pk for s, text in zip(sections, texts, strict=True) if "language" in text
        ]
        self.sections = [section.pk for section in sections if section.pk != self.foreign]
        self.topics = _keys(Topic, self.own.topics(TOPICS))
        self.authors = _keys(Author, list(islice(self.own.names(), AUTHORS)))
        self.author_names = dict(Author.objects.values_list("pk", "name"))
        # In the order in which the search reads them.
        self.topic_names = dict(Topic.objects.values_list("pk", "name"))
        self.pictures = [self._picture(text) for text in self.own.texts["images"][:PICTURES]]
        NamingAuthority.objects.remember()

    @staticmethod
    def _section(text, position):
        names = ("name", "description", "strip", "tint")
        defaults = {name: text[name] for name in names if name in text} | {"position": position}
        return Section.objects.get_or_create(slug=text["slug"], defaults=defaults)[0]

    @staticmethod
    def _picture(text):
        fields = {name: text[name] for name in ("title", "alt", "caption", "credit")}
        if found := Image.objects.filter(**fields).first():
            return found
        file = ContentFile(pictures.draw(text["key"]), name=f"{text['key']}.jpg")
        return Image.objects.create(file=file, **fields)


def _keys(model, names):
    """Return the keys of the rows with these names, in their order; make those that are missing."""
    rows = {row.name: row for row in model.objects.filter(name__in=names)}
    for name in names:
        if name not in rows:
            rows[name] = model.objects.create(name=name)
    return [rows[name].pk for name in names]
