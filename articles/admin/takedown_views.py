"""The takedowns of editions, passages and pictures, on the pages of their rows in the admin."""

from heapq import nlargest

from django.contrib import messages
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from ..models import Article, Attachment, Edition, Image
from ..publishing.preflight import takedowns as preflight
from ..publishing.preflight.findings import refuse_first
from ..publishing.takedown import attachment as attachment_takedown
from ..publishing.takedown import edition as edition_takedown
from ..publishing.takedown import passage as passage_takedown
from ..publishing.takedown import picture as picture_takedown
from ..text.languages import interface_language
from .takedown_forms import EditionTakedownForm, PassageTakedownForm
from .takedown_page import HasTakedown

#: The most places of one kind that are named in the preview of the takedown of a picture or a file.
MOST = 50


class TakesDownEditions(HasTakedown):
    takedown_form = EditionTakedownForm
    takedown_title = _("Take down the edition")

    def takedown_initial(self, edition):
        with override(interface_language(edition.language)):
            return {"notice": gettext("This article was removed for legal reasons.")}

    def takedown_context(self, edition):
        return {"pictures": picture_takedown.pictures_of(edition)}

    def takedown_preview(self, edition, data):
        refuse_first(preflight.of_edition(edition, reason=data["reason"], notice=data["notice"]))
        doomed = edition_takedown.doomed_with(edition, **self._scope(data))
        return [_line(_name(each), each.headline) for each in doomed]

    def take_down(self, request, edition, data):
        article = edition.article
        edition_takedown.take_down_edition(
            edition,
            by=request.user,
            reason=data["reason"],
            notice=data["notice"],
            **self._scope(data),
        )
        self.message_user(request, _("The edition is taken down."))
        return self._page_of(article)

    def _scope(self, data):
        scope = data["scope"]
        return {
            "with_working_copy": scope != EditionTakedownForm.Scope.EDITION,
            "with_others": scope == EditionTakedownForm.Scope.ALL,
        }


class TakesDownPassages(HasTakedown):
    takedown_form = PassageTakedownForm
    takedown_title = _("Take down a passage")

    def takedown_preview(self, article, data):
        passage, replacement = data["passage"], data["replacement"]
        refuse_first(preflight.of_passage(passage, reason=data["reason"], replacement=replacement))
        places = passage_takedown.places_of(article, passage, replacement)
        addresses = passage_takedown.addresses_of(article, passage)
        passage_takedown.require_some(places, addresses)
        lines = [_line(_name(place.row), _columns(place)) for place in places]
        if addresses:
            lines.append(_("The address: it changes, and the old one leads nowhere."))
        return lines

    def takedown_others(self, article, data):
        return passage_takedown.others_with(article, data["passage"])

    def take_down(self, request, article, data):
        places = passage_takedown.take_down_passage(
            article,
            data["passage"],
            by=request.user,
            reason=data["reason"],
            replacement=data["replacement"],
        )
        count = sum(place.count for place in places)
        words = ngettext(
            "The passage is taken down, in %(count)s place.",
            "The passage is taken down, in %(count)s places.",
            count,
        )
        self.message_user(request, words % {"count": count})
        return self._page_of(article)


def _line(*parts):
    return " · ".join(str(part) for part in parts if part)


def _name(row):
    """Return a name of `row` that holds none of its words."""
    if isinstance(row, Article):
        return gettext("Working copy")
    if isinstance(row, Edition):
        return gettext("Edition %(number)s") % {"number": row.number}
    if isinstance(row, Image):
        return gettext("Picture %(number)s of the library") % {"number": row.pk}
    if isinstance(row, Attachment):
        return gettext("Attachment %(number)s") % {"number": row.pk}
    return capfirst(row._meta.verbose_name)


def _places(uses):
    """Yield lines about what shows something: `uses` has the keys of rows by model.

    Of each model the MOST newest are named, and the number of the others.
    """
    others = 0
    for model, keys in uses.items():
        shown = nlargest(MOST, keys)
        others += len(keys) - len(shown)
        rows = model._base_manager.filter(pk__in=shown).order_by("-pk")
        if model is Edition:
            rows = rows.select_related("article").defer("body", "article__body")
        yield from map(_place, rows)
    if others:
        words = ngettext("and %(count)s other place", "and %(count)s other places", others)
        yield words % {"count": number_format(others, force_grouping=True)}


def _place(row):
    """Return a line about an article, an edition, a page or an author that shows something."""
    owner = row.article if isinstance(row, Edition) else row
    number = [_name(row)] if isinstance(row, (Edition, Article)) else []
    return _line(capfirst(owner._meta.verbose_name), owner, *number)


def _columns(place):
    words = ngettext("%(count)s place", "%(count)s places", place.count) % {"count": place.count}
    return f"{words} ({', '.join(place.columns)})"


class TakesDownPictures(HasTakedown):
    takedown_title = _("Take down the picture")

    def takedown_preview(self, image, data):
        refuse_first(preflight.of_picture(image, reason=data["reason"]))
        lines = [gettext("The file, with all its renditions")]
        return [*lines, *_places(picture_takedown.uses_of(image))]

    def take_down(self, request, image, data):
        row = picture_takedown.take_down_picture(image, by=request.user, reason=data["reason"])
        if row.has_files_left:
            words = _("A file of the picture can’t be deleted yet: a worker tries again.")
            self.message_user(request, words, messages.WARNING)
        else:
            self.message_user(request, _("The picture is taken down, and its files are deleted."))
        return reverse("admin:articles_image_changelist")


class TakesDownAttachments(HasTakedown):
    takedown_title = _("Take down the attachment")

    def takedown_preview(self, attachment, data):
        refuse_first(preflight.of_attachment(attachment, reason=data["reason"]))
        lines = [gettext("The file, with its transcript")]
        return [*lines, *_places(attachment_takedown.linked_from(attachment))]

    def take_down(self, request, attachment, data):
        row = attachment_takedown.take_down_attachment(
            attachment, by=request.user, reason=data["reason"]
        )
        if row.has_files_left:
            words = _("The file can’t be deleted yet: a worker tries again.")
            self.message_user(request, words, messages.WARNING)
        else:
            self.message_user(request, _("The attachment is taken down, and its file is deleted."))
        return reverse("admin:articles_attachment_changelist")
