"""Colleagues who are in an article: who they are, where, and that they have unsaved text there."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: Where a colleague is, by the field that has their focus.
PLACES = {
    "kicker": _("in the kicker"),
    "headline": _("in the headline"),
    "standfirst": _("in the standfirst"),
    "body": _("in the text"),
    "lead_image": _("in the lead picture"),
    "lead_alt": _("in the lead picture"),
    "lead_caption": _("in the lead picture"),
    "lead_credit": _("in the lead picture"),
}


class AsksBeforePress:
    """Mixin for the form: its press is answered with a question while colleagues have unsaved text.

    Each colleague is named once. Whoever presses again publishes all the same. The question stands
    beside all others of the press: see `ArticleForm._post_clean`.
    """

    colleagues_at_work = None
    #: The keys of the colleagues that the page names, for its hidden field.
    colleagues_seen = ""

    def _post_clean(self):
        super()._post_clean()
        if "_publish" in self.data and self.instance.pk:
            seen = self.data.get("colleagues_seen", "").split(",")
            at_work = self.colleagues_at_work(self.instance)
            self.colleagues_seen = ",".join(str(draft.by_id) for draft in at_work)
            if unknown := [draft for draft in at_work if str(draft.by_id) not in seen]:
                question = ValidationError(_question(unknown), code="colleagues_at_work")
                self.add_error(None, question)


def _question(unsaved):
    lines = format_html_join(
        " ",
        gettext("{} has unsaved text in this article, of {} (<a href='{}'>see what differs</a>)."),
        (
            (
                name_of(draft.by),
                moment_of(draft.saved_at),
                reverse(
                    "admin:articles_article_others_draft", args=[draft.article_id, draft.by_id]
                ),
            )
            for draft in unsaved
        ),
    )
    last = gettext("Nothing is published yet. Press the button again to publish all the same.")
    return format_html("{} {}", lines, last)


def name_of(person) -> str:
    return person.get_full_name() or person.get_username()


def moment_of(moment) -> str:
    """Return the time of `moment`, with its date unless that is today."""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "DATETIME_FORMAT")


def where_is(draft) -> str:
    name, place = name_of(draft.by), PLACES.get(draft.place)
    if place:
        return gettext("%(name)s is in this article, %(place)s.") % {"name": name, "place": place}
    return gettext("%(name)s is in this article.") % {"name": name}
