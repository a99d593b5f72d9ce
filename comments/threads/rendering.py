"""The HTML of published comments: the HTML made at save (`Comment.html`), with a few words around.

A template run for each comment costs ten times as much, and a long thread is read very often. All
text that a reader typed is escaped, here or when the comment was saved.
"""

from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.direction import isolated
from common.machine_time import moment

from . import long_comments


class Renderer:
    """Render `comments`, those of one page of `article`'s threads, as HTML."""

    def __init__(self, comments, article, *, is_open):
        self.comments, self.is_open = comments, is_open
        self.language, self.active_language = escape(article.language), get_language()
        self.time_zone = timezone.get_current_timezone()
        self.keys_on_page = {comment.pk for comment in comments}
        # URLs and translations cost time: compute them once and not for each comment.
        self.base = reverse("comments:comment", args=[0]).removesuffix("0/")
        self.newsroom = _element("strong", _("The newsroom"), "badge")
        self.featured = _element("strong", _("Featured"), "badge")
        self.edited = _element("span", _("Edited by the moderators"))
        self.removed = _element("p", _("This comment was removed."), "removed")
        self.gap = _element("span", _("in reply to a comment that was removed"))
        self.in_reply_to = _("in reply to %s")
        if_closed = _element("span", _("Show the rest"), "if-closed")
        if_open = _element("span", _("Show less"), "if-open")
        self.fold = f"<summary>{if_closed}{if_open}</summary>"
        self.reply, self.reply_to = _("Reply"), _("Reply to %s")
        self.report, self.report_of = _("Report"), _("Report the comment by %s")

    def html(self) -> SafeString:
        return mark_safe("\n".join(map(self._item, self.comments)))  # noqa: S308

    def _item(self, comment):
        classes = "comment reply" if comment.root_id else "comment"
        if not comment.is_public:
            return f'<li id="comment-{comment.pk}" class="{classes}">{self.removed}</li>'
        classes += " newsroom" * comment.is_newsroom + " featured" * bool(comment.featured_at)
        return (
            f'<li id="comment-{comment.pk}" class="{classes}">{self._head(comment)}'
            f'<div class="comment-text" lang="{self.language}">'
            f'<div dir="auto">{self._text(comment.html)}</div></div>'
            f"{self._foot(comment)}</li>"
        )

    def _text(self, html):
        shown, rest = long_comments.fold(html)
        return f'{shown}<details class="rest">{self.fold}{rest}</details>' if rest else shown

    def _head(self, comment):
        time = _time(comment.submitted_at, self.active_language, self.time_zone)
        parts = [
            f'<span class="comment-name" dir="auto">{escape(comment.name)}</span>',
            self.newsroom if comment.is_newsroom else "",
            self.featured if comment.featured_at else "",
            self._parent_link(comment.parent) if comment.parent else "",
            f'<a href="{self.base}{comment.pk}/">{time}</a>',
            self.edited if comment.edited_at else "",
        ]
        return f'<p class="comment-head meta">{" ".join(filter(None, parts))}</p>'

    def _parent_link(self, parent):
        if not parent.is_public:
            return self.gap
        is_here = parent.pk in self.keys_on_page
        url = f"#comment-{parent.pk}" if is_here else f"{self.base}{parent.pk}/"
        return f'<a href="{url}">{escape(self.in_reply_to % isolated(parent.name))}</a>'

    def _foot(self, comment):
        name, links = isolated(comment.name), []
        if self.is_open:
            links.append(self._link(comment, "reply", self.reply, self.reply_to % name))
        if not comment.is_newsroom:
            links.append(self._link(comment, "report", self.report, self.report_of % name))
        return f'<p class="comment-foot meta">{" ".join(links)}</p>' if links else ""

    def _link(self, comment, action, label, full_label):
        url = f"{self.base}{comment.pk}/{action}/"
        return f'<a href="{url}" aria-label="{escape(full_label)}">{label}</a>'


@lru_cache(maxsize=4096)
def _time(instant, language, time_zone) -> str:
    """Return the `<time>` of `instant` in the active language and time zone, which are these."""
    words = date_format(instant.astimezone(time_zone), "DATETIME_FORMAT")
    return f'<time datetime="{moment(instant)}">{words}</time>'


def _element(tag, words, css_class=""):
    attribute = f' class="{css_class}"' if css_class else ""
    return f"<{tag}{attribute}>{escape(words)}</{tag}>"
