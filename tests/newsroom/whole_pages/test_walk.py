"""A walk at random through all that editors, moderators and the clock do: no kept page is stale.

After each step some pages that processes and a cache in front keep are compared with what Django
answers. The numbers of comments on lists may lag for a minute. `WALK_STEPS=2000` makes the walk
longer, and `WALK_SEED` repeats one.
"""

import os
import random
import re
from datetime import timedelta
from difflib import unified_diff

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.models import Article, Author, FrontSlot, Image, Page, Section, Series, Topic
from articles.pictures import renditions
from articles.publishing.absorption import CannotMerge, absorb
from articles.publishing.takedown.attachment import take_down_attachment
from articles.publishing.takedown.edition import take_down_edition
from articles.publishing.takedown.passage import take_down_passage
from articles.publishing.takedown.picture import take_down_picture
from comments.models import Comment, CommentPolicy
from comments.moderation.states import (
    AlreadyAnswered,
    AlreadyDecided,
    AlreadyEdited,
    Moderation,
    NothingToUndo,
)
from comments.writing.refusal import Refused
from newsroom.shared_caches import lifetimes, purging
from newsroom.shared_caches.cache import SharedCache, keys_of
from newsroom.whole_pages.shared import SharedPages
from tests import factories

from .conftest import Process, ask
from .test_shared import Client

STEPS = int(os.environ.get("WALK_STEPS", "16"))
REFUSALS = (
    *(AlreadyAnswered, AlreadyDecided, AlreadyEdited, CannotMerge, IntegrityError, NothingToUndo),
    *(PermissionDenied, ProtectedError, Refused, ValidationError),
)
#: Steps after which most pages are still kept: of them a walk learns the most.
OFTEN = {
    *("approve_a_comment", "change_a_picture", "change_the_file", "draw_pictures", "rename"),
    *("change_the_photo_of_an_author", "edit_the_working_copy", "place_on_the_front_page"),
    *("pause_comments", "wait"),
}
MAX_AGE = re.compile(r"max-age=(\d+)")
#: The number of comments in a teaser, and the stamp of a form.
LAGGING = re.compile(rb"<span>\s*\d+ comments?\s*</span>")
STAMP = re.compile(rb'name="stamp" value="[^"]*"')


class Newsroom:
    """A small newsroom; each method without an underscore is a step that it may take."""

    def __init__(self, clock, by, chance):
        self.clock, self.by, self.chance, self.number = clock, by, chance, 0
        #: The last instant at which a comment came or went.
        self.counted_at = clock.now
        self.sections = [factories.section(name) for name in ("City", "World")]
        self.topics = [factories.topic(name) for name in ("Rivers", "Trams")]
        self.authors = [factories.author(name, bio="Writes.") for name in ("Anne", "Paul")]
        self.series = [factories.series(name) for name in ("The river", "The hill")]
        self.images = [factories.image() for _ in range(2)]
        self.file = factories.attachment()
        self.page = factories.page(in_footer=True)
        for _ in range(3):
            self.write_and_publish()
            clock.forward(minutes=7)

    @property
    def lags(self):
        """Whether numbers of comments on lists may still be those of before."""
        return self.clock.now - self.counted_at < timedelta(seconds=60)

    def step(self):
        names = [
            name
            for name in vars(type(self))
            if not name.startswith("_") and name not in ("step", "lags")
        ]
        [name] = self.chance.choices(names, [5 if name in OFTEN else 1 for name in names])
        try:
            with transaction.atomic():
                getattr(self, name)()
        except REFUSALS:
            name += " (refused)"
        return name

    # --- What a step is made of -------------------------------------------------------------------

    def _any(self, model, **conditions):
        rows = list(model.objects.filter(**conditions).order_by("pk"))
        if not rows:
            raise Refused("gone")
        return self.chance.choice(rows)

    def _word(self):
        self.number += 1
        return f"Word{self.number}"

    def _later(self):
        return self.clock.plus(minutes=self.chance.randint(1, 300))

    def _comment(self, **conditions):
        self.counted_at = self.clock.now
        return self._any(Comment, **conditions)

    # --- Articles ---------------------------------------------------------------------------------

    def write_and_publish(self):
        figure = f'<figure><img data-file="{self._any(Image).pk}" alt="A bridge"></figure>'
        file = factories.file_block(self.file) if self.file else ""
        article = factories.article(
            self._word(),
            section=self._any(Section),
            authors=[self._any(Author)],
            topics=[self._any(Topic)],
            series=self._any(Series),
            series_part=self.number,
            body=f"<p>{self._word()}</p>{figure}{file}",
            lead_image=self._any(Image),
            lead_alt="A bridge",
        )
        article.press(by=None, at=self.chance.choice([None, self._later()]))

    def correct(self):
        article = self._any(Article)
        article.headline = self._word()
        article.save()
        article.press(by=None, correction=self.chance.choice([None, factories.correction()]))

    def correct_later(self):
        article = self._any(Article)
        article.headline = self._word()
        article.save()
        article.press(by=None, at=self._later())

    def retract(self):
        self._any(Article).press(by=None, correction=factories.correction(kind="retraction"))

    def edit_the_working_copy(self):
        article = self._any(Article)
        article.headline, article.language = self._word(), self.chance.choice(["en", "fr"])
        article.section, article.comments_open = self._any(Section), self.chance.random() < 0.7
        article.topics.set([self._any(Topic)])
        article.save()

    def reschedule(self):
        article = self._any(Article)
        if edition := article.scheduled_editions().first():
            article.reschedule(edition, self._later(), by=None)

    def cancel(self):
        article = self._any(Article)
        if edition := article.scheduled_editions().first():
            article.cancel(edition, by=None)

    def withdraw(self):
        self._any(Article).withdraw(by=None, at=self.chance.choice([None, self._later()]))

    def change_the_address(self):
        self._any(Article).change_slug(self._word().lower(), by=None)

    # --- Takedowns --------------------------------------------------------------------------------

    def take_down_an_edition(self):
        article = self._any(Article)
        if edition := article.live_edition():
            take_down_edition(edition, by=self.by, reason="Court")

    def take_down_a_passage(self):
        article = self._any(Article)
        take_down_passage(article, article.headline, by=self.by, reason="Court")

    def take_down_a_picture(self):
        take_down_picture(self._any(Image), by=self.by, reason="Court")
        factories.image()

    def take_down_a_file(self):
        if self.file:
            take_down_attachment(self.file, by=self.by, reason="Court")
            self.file = None

    # --- What articles are filed under, pictures, the front page ----------------------------------

    def rename(self):
        row = self._any(self.chance.choice([Section, Topic, Author, Series]))
        row.name = self._word()
        if self.chance.random() < 0.3:
            row.slug = row.name.lower()
        row.save()

    def merge(self):
        model = self.chance.choice([Topic, Author, Series, Section])
        one, other = self._any(model), self._any(model)
        if one != other:
            absorb(one, [other], by=self.by)
            model.objects.create(name=self._word(), slug=self._word().lower())

    def change_a_section(self):
        section = self._any(Section)
        section.comments_open = not section.comments_open
        section.position = self.chance.randint(0, 9)
        section.save()

    def change_a_picture(self):
        image = self._any(Image)
        image.focal_x, image.credit = self.chance.randint(0, 100), self._word()
        image.save()

    def draw_pictures(self):
        renditions.make_due_renditions(Image.objects.all())

    def change_the_photo_of_an_author(self):
        author = self._any(Author)
        author.photo = self.chance.choice([None, self._any(Image)])
        author.save()

    def change_the_file(self):
        if self.file:
            self.file.transcript = self._word()
            self.file.save()

    def change_a_standing_page(self):
        page = self._any(Page)
        page.title, page.in_footer = self._word(), self.chance.random() < 0.5
        page.save()

    def place_on_the_front_page(self):
        slot, _made = FrontSlot.objects.get_or_create(article=self._any(Article))
        slot.place = self.chance.choice(FrontSlot.Place.values)
        slot.until = self.chance.choice([None, self._later()])
        slot.save()

    def clear_the_front_page(self):
        FrontSlot.objects.all().delete()

    # --- Comments ---------------------------------------------------------------------------------

    def approve_a_comment(self):
        self.counted_at = self.clock.now
        article = self._any(Article)
        parent = article.comments.published().first() if self.chance.random() < 0.5 else None
        factories.comment(article).approve(by=self.by)
        if parent:
            factories.reply(parent, by=self.by)

    def decide(self):
        self._comment().decide(self.chance.choice(Moderation.values), by=self.by)

    def undo(self):
        self._comment().undo(by=self.by)

    def edit_a_comment(self):
        self._comment().edit(self._word(), by=self.by)

    def feature_a_comment(self):
        self._comment().feature(by=self.by)

    def withdraw_a_comment(self):
        self._comment().withdraw()

    def erase_a_comment(self):
        self._comment().erase()

    def pause_comments(self):
        policy = CommentPolicy.current()
        policy.paused = not policy.paused
        policy.save()

    # --- The clock --------------------------------------------------------------------------------

    def wait(self):
        self.clock.forward(minutes=self.chance.choice([0.3, 1, 20, 300]))

    def wait_for_days(self):
        self.clock.forward(days=self.chance.choice([1, 2, 9]))

    def go_back(self):
        self.clock.forward(minutes=-self.chance.randint(1, 60))

    # --- What readers may ask for -----------------------------------------------------------------

    def _addresses(self):
        found = ["/"] * 5 + [
            "/archive/",
            "/corrections/",
            "/atom.xml",
            "/sitemap-news.xml",
            "/robots.txt",
        ]
        found += ["/sitemap-listings.xml", "/sitemap.xml", "/comments/privacy/"]
        for model in (Section, Topic, Author, Series, Page):
            found += [row.get_absolute_url() for row in model.objects.all()]
        found += [f"{self._any(Section).get_absolute_url()}rss.xml"]
        found += [f"{self._any(model).get_absolute_url()}atom.xml" for model in (Topic, Author)]
        day = timezone.localtime(self.clock.now)
        found += [f"/{day:%Y}/", f"/{day:%Y/%m}/", f"/{day:%Y/%m/%d}/", f"/sitemap-{day:%Y-%m}.xml"]
        for article in Article.objects.exclude(path=None):
            found += [article.path] * 6 + [f"{article.path}versions/"]
            found.append(f"/comments/article/{article.pk}/thread/?order=newest")
        return found


class CacheInFront(SharedCache):
    """A cache that keeps what it may for as long as it may, and forgets by key."""

    label = "In front"

    def __init__(self, clock):
        self.clock, self.copies = clock, {}

    def get(self, address, process):
        """Return the copy at the address, if there is one, else the answer of `process`."""
        if copy := self.copy(address):
            return copy
        answer = ask(process.pages, address)
        match = MAX_AGE.match(answer.header.get("surrogate-control", ""))
        if match and int(match[1]):
            end = self.clock.plus(seconds=int(match[1]))
            keys = set(answer.header["surrogate-key"].split())
            self.copies[address] = (self.clock.now, end, keys, answer)
        return answer

    def copy(self, address):
        began, end, _keys, answer = self.copies.get(address, (None,) * 4)
        return answer if began and began <= self.clock.now < end else None

    def forget(self, changes):
        keys = set(keys_of(changes))
        self.copies = {a: copy for a, copy in self.copies.items() if keys.isdisjoint(copy[2])}


@pytest.mark.django_db
def test_no_kept_page_is_stale(clock, django_user_model, settings, monkeypatch):
    seed = int(os.environ.get("WALK_SEED") or random.randrange(10**6))
    print(f"WALK_SEED={seed}")  # noqa: T201
    chance = random.Random(seed)
    settings.PUBLIC_VERSIONS, settings.COMMENTS_CLOSE_AFTER_DAYS = True, 3
    settings.COMMENTS_RATE_LIMIT = settings.COMMENTS_NETWORK_LIMIT = 10**6
    by = django_user_model.objects.create_superuser("Root")
    newsroom, client, in_front = Newsroom(clock, by, chance), Client(), CacheInFront(clock)
    for module in (lifetimes, purging):
        monkeypatch.setattr(module, "configured", lambda: [in_front])
    processes = [Process(), *(Process(shared=SharedPages(client, "1")) for _ in range(2))]
    taken, compared, asked = [], 0, 0
    for _number in range(STEPS):
        addresses = newsroom._addresses()
        for address in chance.sample(addresses, 3):
            chance.choice(processes).get(address)
            in_front.get(address, chance.choice(processes))
        taken.append(newsroom.step())
        purging.tell_caches()
        clock.forward(seconds=chance.choice([0, 0, 1, 5]))
        # Whatever was dropped is made anew when it is asked for: only what is still kept can lie.
        kept = [(p, each) for p in processes for each in p.still_kept(sorted(set(addresses)))]
        for process, address in chance.sample(kept, min(len(kept), 2)):
            made = process.made
            one = _lines(process.get(address), newsroom.lags)
            assert process.made == made
            other = _lines(process.fresh(address), newsroom.lags)
            found = one != other and "\n".join(unified_diff(one, other, "kept", "fresh", n=1))
            assert not found, f"{address} is stale after {taken[-9:]}, seed {seed}:\n{found}"
            compared += 1
        # But for those that ask their questions again, and get the answers of before.
        former = [(p, each) for p in processes for each in p.to_be_asked(sorted(set(addresses)))]
        for process, address in chance.sample(former, min(len(former), 3)):
            made = process.made
            one = _lines(process.get(address), newsroom.lags)
            if process.made > made:
                continue
            other = _lines(process.fresh(address), newsroom.lags)
            found = one != other and "\n".join(unified_diff(one, other, "asked", "fresh", n=1))
            assert not found, f"{address} is stale after {taken[-9:]}, seed {seed}:\n{found}"
            asked += 1
        kept = [each for each in in_front.copies if in_front.copy(each)]
        for address in chance.sample(kept, min(len(kept), 2)):
            one = _lines(in_front.copy(address).for_readers(), newsroom.lags)
            other = _lines(processes[0].fresh(address), newsroom.lags)
            found = one != other and "\n".join(unified_diff(one, other, "copy", "fresh", n=1))
            assert not found, (
                f"{address} is stale in front after {taken[-9:]}, seed {seed}:\n{found}"
            )
            compared += 1
    print(f"{compared} kept pages compared, {asked} that were asked again")  # noqa: T201
    assert compared


def _lines(answer, lags):
    """Return the lines of an answer that are compared."""
    headers = {name: value for name, value in answer.headers if name != "Vary"}
    body = STAMP.sub(b"", answer.body)
    if lags:
        body = LAGGING.sub(b"", body)
        headers = {n: v for n, v in headers.items() if n not in ("ETag", "Content-Length")}
    heads = [f"{name}: {headers[name]}" for name in sorted(headers)]
    return [answer.status, *heads, *filter(str.strip, body.decode().splitlines())]
