"""Where the pictures of the library are used, and what would be lost with one that is not.

A use is a row with a foreign key to the picture: the lead picture of a working copy or an edition,
the photo of an author, or an `ImageUse`, which stands for a body. A new model with such a key is a
further place of use, and protects its pictures, without a change here; `Uses` only has to be taught
what to call it.
"""

import json
import re
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ..models import Article, Author, Draft, Edition, Image, ImageUse, Revision

# The picture of a figure, in a body inside JSON, where a quotation mark has a sign before it.
_FIGURE = re.compile(r'data-file=\\*"([0-9]{1,18})')

#: The most articles with one picture that are counted. Nobody reads a longer list.
MOST = 1000
#: The newest articles that are read where there are more.
NEWEST = 50


@dataclass
class Uses:
    """The uses of one picture, as keys of the rows that show it."""

    #: The articles whose working copy shows it, and those with a live or a scheduled edition that
    #: does, or an edition of any time.
    working: set[int] = field(default_factory=set)
    live: set[int] = field(default_factory=set)
    scheduled: set[int] = field(default_factory=set)
    pressed: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    authors: set[int] = field(default_factory=set)
    #: Whether more than MOST articles use it. Then all sets but the last two have some of the
    #: newest articles only.
    is_used_often: bool = False

    @property
    def articles(self) -> set[int]:
        return self.working | self.pressed

    def __bool__(self):
        return bool(self.articles or self.pages or self.authors)


def uses_of(images) -> dict[int, Uses]:
    """Return the uses of each of `images` by its key.

    The number of queries is constant, but for two more for each picture that is used often.
    """
    keys = {image.pk for image in images}
    often = set(_used_often(Image.objects.filter(pk__in=keys)))
    newest = {article for key in often for article in _newest_articles_with(key)}
    found = {key: Uses(is_used_often=key in often) for key in keys}

    def note(place, rows):
        for image, owner in rows:
            getattr(found[image], place).add(owner)

    def shown_by(image, article):
        return of_those_read(image, keys, often, article, newest)

    note("authors", Author.objects.filter(photo__in=keys).values_list("photo", "pk"))
    leads = Article.objects.filter(shown_by("lead_image", "pk")).order_by()
    note("working", leads.values_list("lead_image", "pk"))
    of_pages = Q(image__in=keys, page__isnull=False)
    of_articles = shown_by("image", "article") & Q(article__isnull=False)
    bodies = ImageUse.objects.filter(of_pages | of_articles).order_by()
    for image, page, article in bodies.values_list("image", "page", "article"):
        note("pages" if page else "working", [(image, page or article)])
    editions = (
        ("pressed", Edition.objects.all()),
        ("live", Edition.objects.live()),
        ("scheduled", Edition.objects.filter(visible_from__gt=timezone.now(), suppressed_at=None)),
    )
    for place, rows in editions:
        leads = rows.filter(shown_by("lead_image", "article")).order_by()
        note(place, leads.values_list("lead_image", "article").distinct())
        bodies = ImageUse.objects.filter(shown_by("image", "edition__article")).filter(_of(rows))
        note(place, bodies.order_by().values_list("image", "edition__article").distinct())
    return found


def _used_often(images):
    """Return the keys of those of the queryset `images` that more than MOST articles use."""
    leads = Article.objects.filter(lead_image=OuterRef("pk"))
    bodies = ImageUse.objects.filter(image=OuterRef("pk"), article__isnull=False)
    often = images.filter(are_too_many(leads) | are_too_many(bodies))
    return often.order_by().values_list("pk", flat=True)


def _newest_articles_with(image):
    leads = Article.objects.filter(lead_image=image)
    bodies = ImageUse.objects.filter(image=image, article__isnull=False)
    return {*newest_of(leads, "pk"), *newest_of(bodies, "article")}


# The next three serve the attachments too.


def are_too_many(rows) -> Exists:
    """Return the condition that there are more than MOST of `rows`, which name what is shown."""
    return Exists(rows.order_by()[MOST : MOST + 1])


def newest_of(rows, article):
    """Return the keys of the newest articles of `rows`, which name one in the column `article`."""
    return rows.order_by(f"-{article}").values_list(article, flat=True)[:NEWEST]


def of_those_read(shown, keys, often, article, newest) -> Q:
    """Return the condition of the uses that are read of what has these `keys`.

    They are all uses; of what is used `often`, those by the `newest` articles. `shown` and
    `article` are the columns that name both.
    """
    some = Q(**{f"{shown}__in": often, f"{article}__in": newest})
    return Q(**{f"{shown}__in": keys - often}) | some


def _of(editions):
    """Return the condition that a use is of one of `editions`.

    It is asked of each use: SQLite would first list all `editions` for `edition__in`.
    """
    return Exists(editions.filter(pk=OuterRef("edition")).order_by())


def _any_use():
    """Return the condition that some row has a foreign key to a picture."""
    condition = Q()
    for relation in Image._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            rows = relation.related_model._base_manager
            condition |= Q(Exists(rows.filter(**{relation.field.name: OuterRef("pk")})))
    return condition


def used(images):
    return images.filter(_any_use())


def is_used(image) -> bool:
    return used(Image.objects.filter(pk=image.pk)).exists()


def unused(images):
    """Return those of the queryset `images` that nothing shows, nor any edition ever did."""
    return images.exclude(_any_use())


def live(images):
    """Return those of the queryset `images` that a live edition shows."""
    editions = Edition.objects.live()
    leads = editions.filter(lead_image=OuterRef("pk"))
    bodies = ImageUse.objects.filter(image=OuterRef("pk")).filter(_of(editions))
    return images.filter(Exists(leads) | Exists(bodies))


def in_old_versions(images) -> set[int]:
    """Return the keys of those `images` that a revision or an unsaved text of an article mentions.

    These do not protect a picture: who restores such a version gets it without the picture. It
    reads all revisions that have a picture, so ask it for a decision only, not for a list.
    """
    keys = {image.pk for image in images}
    mentions = Q(content__lead_image_id__in=sorted(keys)) | Q(content__body__icontains="data-file")
    texts = (
        Revision.objects.filter(mentions).order_by(),
        Draft.objects.with_text().order_by(),
    )
    found = set()
    for rows in texts:
        for content in rows.values_list("content", flat=True).iterator():
            found |= keys & _mentioned(content)
            if found == keys:
                return found
    return found


def _mentioned(content) -> set[int]:
    lead = content.get("lead_image_id") or content.get("lead_image") or ""
    numbers = _FIGURE.findall(json.dumps(content))
    return set(map(int, [*numbers, *re.findall(r"[0-9]{1,18}", str(lead))]))
