"""Facts about readers' data for the privacy page, made from the code that handles the data."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..screening import api

#: The meaning of each field sent to Akismet, in words for readers.
FIELD_MEANINGS = {
    "user_ip": _("your IP address"),
    "user_agent": _("the name and version of your browser, as it gives them"),
    "referrer": _("the page that you came from, as your browser gives it"),
    "permalink": _("the address of the article"),
    "comment_type": _("that it is a comment, or a reply"),
    "comment_author": _("the name that you typed"),
    "comment_content": _("the comment that you typed"),
    "comment_date_gmt": _("when you sent it"),
    "comment_post_modified_gmt": _("when the article was published"),
    "blog_lang": _("the language of the article"),
    "blog_charset": _("the encoding of the text"),
    "recheck_reason": _("that it is asked about for a second time, where it is"),
    "is_test": _("that this site is only trying the service out, where it is"),
}


def fields_sent() -> list[tuple[str, str]]:
    """Return each field that may be sent to Akismet, with its meaning."""
    return [(name, FIELD_MEANINGS[name]) for name in api.FIELDS]


def trace_policy() -> str:
    """Return which traces are kept: "all", "waiting" (only in Akismet's queue) or "none"."""
    if settings.COMMENTS_KEEP_ADDRESS:
        return "all"
    return "waiting" if api.is_configured() else "none"
