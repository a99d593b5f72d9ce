"""Plain functions that create objects for tests, with just enough fields to be valid."""

import io
from functools import cache
from itertools import count

from django.core.files.base import ContentFile
from PIL import Image as Picture

from articles.models import (
    Article,
    Attachment,
    Author,
    Byline,
    Correction,
    Image,
    Page,
    Section,
    Series,
    Topic,
)
from articles.pictures.files import Reencoded, reencode
from comments.moderation.states import Moderation
from comments.writing.admission import admit
from comments.writing.provenance import Sender
from tests import attachment_files

_number = count(1)

SENDER = Sender(address="192.0.2.1", user_agent="Mozilla/5.0 (test)", referrer="")


def section(name="City", **fields):
    fields.setdefault("slug", f"section-{next(_number)}")
    return Section.objects.get_or_create(name=name, defaults=fields)[0]


def topic(name="Rivers", **fields):
    fields.setdefault("slug", f"topic-{next(_number)}")
    return Topic.objects.get_or_create(name=name, defaults=fields)[0]


def series(name="The river", **fields):
    fields.setdefault("slug", f"series-{next(_number)}")
    return Series.objects.create(name=name, **fields)


def author(name="Anne Leroy", **fields):
    fields.setdefault("slug", f"author-{next(_number)}")
    return Author.objects.get_or_create(name=name, defaults=fields)[0]


def picture_bytes(size=(60, 40), mode="RGB", format="PNG", **kwargs):
    out = io.BytesIO()
    Picture.new(mode, size, "teal").save(out, format, **kwargs)
    return out.getvalue()


@cache
def _reencoded(content):
    """Encode a picture once for all tests that have it: that takes a process of its own."""
    made = reencode(ContentFile(content, name="upload.png"))
    return made.read(), made.name, made.width, made.height


def image(title="A bridge", content=None, **fields):
    file = Reencoded(*_reencoded(content or picture_bytes()))
    return Image.objects.create(title=title, file=file, **fields)


def attachment(title="The council, in full", content=None, **fields):
    file = ContentFile(content or attachment_files.mp3(), name="upload")
    return Attachment.objects.create(
        title=title, file=file, **{"transcript": "Good day.", **fields}
    )


def file_block(attachment, title=""):
    """Return a body that shows an attachment."""
    url, words = attachment.file.url, title or attachment.title
    return f'<blockquote class="file"><p><a href="{url}">{words}</a></p></blockquote>'


def page(title="About", **fields):
    fields.setdefault("slug", f"page-{next(_number)}")
    return Page.objects.create(title=title, **{"body": "<p>Who we are.</p>", **fields})


def article(headline="The bridge reopens", *, authors=(), topics=(), **fields):
    """Return an article that is not published, only a working copy."""
    fields.setdefault("section", section())
    fields.setdefault("body", "<p>It was closed for a year.</p>")
    made = Article.objects.create(headline=headline, **fields)
    Byline.objects.bulk_create(
        Byline(article=made, author=author, position=position)
        for position, author in enumerate(authors)
    )
    made.topics.set(topics)
    return made


def published(headline="The bridge reopens", *, at=None, until=None, **fields):
    """Return an article with one edition, public from `at` (by default from now)."""
    made = article(headline, **fields)
    made.press(by=None, at=at, until=until)
    return made


def correction(text="The figures are corrected.", kind=Correction.Kind.UPDATE):
    """Return a correction, not yet stored, to publish with an article's next edition."""
    return Correction(kind=kind, text=text)


def comment(article=None, *, name="Paul", text=None, address="192.0.2.1", **sender):
    """Return a comment that is stored as a reader's is, with its trace and its task."""
    sender = {"user_agent": "Mozilla/5.0 (test)", "referrer": "", **sender}
    return admit(
        article or published(),
        Sender(address=address, **sender),
        name=name,
        text=text or f"What about the trams? ({next(_number)})",
    )


def comment_in(state, article=None, *, by=None, **fields):
    """Return a comment in `state` (of `Moderation`); the user `by` decides, unless it is withdrawn.

    The writer withdraws the comment. With `by` None the software decides.
    """
    made = comment(article, **fields)
    if state == Moderation.WITHDRAWN:
        made.withdraw()
    elif state != Moderation.PENDING:
        made.decide(state, by=by)
    return made


def reply(parent, *, by=None, **fields):
    """Return a published answer to `parent`."""
    fields = {"name": "Rosa", "text": f"An answer ({next(_number)})", **fields}
    sender = Sender(address=f"198.51.100.{next(_number) % 250}", user_agent="", referrer="")
    made = admit(parent.article, sender, name=fields["name"], text=fields["text"], parent=parent)
    made.approve(by=by)
    return made
