"""What readers see of attachments: a player with a transcript, or a link that tells the size."""

import re
from datetime import timedelta
from math import ceil

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from common.addresses import absolute
from common.compiled_queries import compiled

from ..models.attachment import Attachment
from ..text import attached
from ..text.markup import plain_text
from ..text.typography import typeset

#: Signs that no file system takes in the name of a file.
_NOT_IN_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


def attachments_of(*bodies: str) -> dict[str, Attachment]:
    """Return the attachments of some stored `bodies` by the names of their files.

    It runs a query only if there are any.
    """
    names = set().union(*map(attached.file_names, bodies))
    return {each.file.name: each for each in _with_files(*sorted(names))} if names else {}


@compiled
def _with_files(*names):
    return Attachment.objects.filter(file__in=names)


def sounds_of(body: str, attachments: dict[str, Attachment]) -> list[Attachment]:
    """Return those of `attachments` that the stored `body` plays, in their order."""
    names = attached.shown_names(body)
    return [
        attachments[each] for each in names if each in attachments and attachments[each].is_audio
    ]


def with_players(html: str, language: str) -> str:
    """Return the stored body `html` with its attachments as a page in `language` shows them.

    It runs at most one query. What the page itself says is in the language that is active.
    """
    found = attachments_of(html)

    def shown(name, title, rest):
        if (attachment := found.get(name)) is None:
            return None
        parts = _player if attachment.is_audio else _link
        return parts(attachment, mark_safe(title), mark_safe(rest), language)  # noqa: S308

    return attached.replace(html, shown)


def with_plain_links(html: str, attachments: dict[str, Attachment]) -> str:
    """Return the stored body `html` with a line for each of `attachments`, as feeds have it."""

    def shown(name, title, rest):
        if (attachment := attachments.get(name)) is None:
            return None
        return format_html(
            '<div><p><a href="{}">{}</a> ({})</p>{}</div>',
            attachment.file.url,
            mark_safe(title),  # noqa: S308
            facts_in_words(attachment),
            mark_safe(rest),  # noqa: S308
        )

    return attached.replace(html, shown)


def facts_in_words(attachment) -> str:
    """Return format, length and size: “MP3, 12 min 5 s, 11.4 MB”."""
    facts = [attachment.kind.label]
    if attachment.seconds:
        facts.append(length_in_words(attachment.seconds))
    return ", ".join([*facts, size_in_words(attachment.bytes)])


def size_in_words(size: int) -> str:
    """Return `size`, in bytes, in the units of a thousand with which readers pay for their data."""
    if size < 1_000_000:
        return gettext("%(number)s kB") % {"number": number_format(ceil(size / 1000))}
    return gettext("%(number)s MB") % {"number": number_format(size / 1_000_000, decimal_pos=1)}


def length_in_words(seconds: int) -> str:
    """Return a length in at most two units; from an hour on, in whole minutes."""
    if seconds >= 3600:
        hours, minutes = divmod(ceil(seconds / 60), 60)
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    minutes, rest = divmod(seconds, 60)
    words = [gettext("%(minutes)s min") % {"minutes": minutes}] if minutes else []
    words += [gettext("%(seconds)s s") % {"seconds": rest}] if rest or not minutes else []
    return " ".join(words)


def iso_duration(seconds: int) -> str:
    """Return a length as ISO 8601 and schema.org write it."""
    minutes, rest = divmod(int(timedelta(seconds=seconds).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{rest}S"


def _player(attachment, title, rest, language):
    return format_html(
        '<figure class="file"><figcaption><span class="file-title">{}</span> '
        '<span class="file-facts">{}</span></figcaption>'
        '<audio controls preload="none" src="{}" aria-label="{}"></audio>'
        '<p class="file-onward">{}</p>{}{}</figure>',
        title,
        _facts_and_credit(attachment, language),
        attachment.file.url,
        _title_of(attachment, title),
        _download(attachment, title, gettext("Download")),
        rest,
        _transcript(attachment),
    )


def _link(attachment, title, rest, language):
    return format_html(
        '<div class="file"><p>{} <span class="file-facts">{}</span></p>{}</div>',
        _download(attachment, title, title),
        _facts_and_credit(attachment, language),
        rest,
    )


def _facts_and_credit(attachment, language):
    credit = typeset(attachment.credit.strip(), language)
    return format_html_join(
        " · ", "{}", ((part,) for part in (facts_in_words(attachment), credit) if part)
    )


def _title_of(attachment, title):
    return " ".join(plain_text(title).split()) or attachment.title


def _download(attachment, title, words):
    """Return a link that names the file for the reader's disk; our name of it is a random one.

    Its whole address is for paper.
    """
    name = " ".join(_NOT_IN_NAME.sub(" ", _title_of(attachment, title)).split()).strip(" .")[:100]
    return format_html(
        '<a href="{}" type="{}" download="{}.{}" data-address="{}">{}</a>',
        attachment.file.url,
        attachment.kind.media_type,
        name or attached.FOLDER,
        attachment.format,
        absolute(attachment.file.url),
        words,
    )


def _transcript(attachment):
    text = attachment.transcript.strip()
    if not text:
        return ""
    return format_html(
        '<details class="transcript"><summary>{}</summary><div dir="auto">{}</div></details>',
        gettext("Transcript"),
        mark_safe(linebreaks(text, autoescape=True)),  # noqa: S308
    )
