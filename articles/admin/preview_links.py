"""The page of the admin on which links to previews are made, listed and ended."""

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.addresses import absolute
from common.admin import ROW_KEY

from ..publishing import previews, who_may


def _days():
    return [(days, ngettext("%d day", "%d days", days) % days) for days in previews.DAYS]


class LinkForm(forms.Form):
    edition = forms.ModelChoiceField(
        label=_("What it shows"), queryset=None, required=False, empty_label=_("the working copy")
    )
    days = forms.TypedChoiceField(label=_("It is open for"), choices=_days, coerce=int, initial=7)

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, **kwargs)
        edition = self.fields["edition"]
        edition.queryset = article.scheduled_editions().defer("body")
        edition.label_from_instance = _name_of


def _name_of(edition) -> str:
    start = date_format(localtime(edition.visible_from), "SHORT_DATETIME_FORMAT")
    return _("edition %(number)s, of %(start)s") % {"number": edition.number, "start": start}


class LinksToPreviews:
    """Mixin for the admin of articles: links to previews for people without an account."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.links)
        return [path("<int:pk>/links/", view, name="articles_article_links"), *super().get_urls()]

    def links(self, request, pk):
        """List the open links; make one, whose address is shown this once, or end one."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        who_may.require(self.has_change_permission(request, article))
        here = reverse("admin:articles_article_links", args=[pk])
        ended = request.POST.get("end", "")
        if ROW_KEY.fullmatch(ended):
            previews.end_link(article, ended, by=request.user)
            self.message_user(request, _("The link is ended."))
            return HttpResponseRedirect(here)
        form = LinkForm(request.POST or None, article=article)
        address = None
        if request.method == "POST" and form.is_valid():
            _link, token = previews.make_link(article, by=request.user, **form.cleaned_data)
            address = absolute(reverse("articles:preview", args=[token]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Links to previews"),
            "opts": self.opts,
            "original": article,
            "form": form,
            "address": address,
            "links": article.preview_links.open().select_related("made_by", "revision", "edition"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/articles/article/links.html", context)
