"""Where a picture is used, on its page in the library, and what another file for it changes."""

from functools import partial

from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.labels import labelled

from ..models import Article, Author, Image, Page
from ..pictures import places_of_use
from .image_forms import Replacing
from .library import expiry_in_words, live_in_words, use_in_words

#: The most places of use of one kind that are listed.
MOST = 50
#: The change of the ratio of width and height, from which on crops are to be looked at again.
OTHER_SHAPE = 0.02


class ShowsUses:
    """Mixin for the ModelAdmin of pictures: lists the uses, and asks what a new file is for."""

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        (_none, first), *others = fieldsets
        fields = list(first["fields"])
        if self.has_change_permission(request, obj) and places_of_use.is_used(obj):
            fields.insert(fields.index("file") + 1, "replacing")
        told = (_("In use"), {"fields": ["used_in", "added"]})
        return [(_none, {**first, "fields": fields}), *others, told]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if obj and "replacing" in form.base_fields:
            form.base_fields["replacing"].help_text = self._what_changes(obj)
        return form

    def _what_changes(self, image):
        uses = places_of_use.uses_of([image])[image.pk]
        others = len(uses.pages) + len(uses.authors)
        places = ngettext("%(count)s page or author", "%(count)s pages or authors", others)
        return gettext(
            "Everywhere: %(articles)s and %(places)s show the new file at once, in feeds too. Its "
            "crops are made anew, and the former file stays at its address. Look at the "
            "alternative texts and captions below."
        ) % {"articles": live_in_words(uses), "places": places % {"count": others}}

    def get_object(self, request, object_id, from_field=None):
        image = super().get_object(request, object_id, from_field)
        if image:
            # A method of a ModelAdmin that shows a field knows no request.
            image.uses_for_person = partial(self._uses_in_html, request, image)
        return image

    @admin.display(description=_("uses"))
    def used_in(self, image):
        return image.uses_for_person() if image.pk else "–"

    def _uses_in_html(self, request, image):
        """Return the uses in words and, of what this person may view, as links."""
        uses = places_of_use.uses_of([image])[image.pk]
        lines = [
            self._of_article(image, uses, article)
            for article in self._viewable(request, Article, uses.articles)
        ]
        for model, keys in ((Page, uses.pages), (Author, uses.authors)):
            rows = self._viewable(request, model, keys)
            lines += [_line(_link(row), model._meta.verbose_name) for row in rows]
        listed = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        facts = _line(use_in_words(uses), expiry_in_words(image))
        return format_html('<div class="uses">{}<ul>{}</ul></div>', facts, listed)

    def _viewable(self, request, model, keys):
        """Return those of the rows, MOST at most, that this person may view."""
        rows = self.admin_site.get_model_admin(model)
        if not keys or not rows.has_view_permission(request):
            return []
        texts = [f.name for f in model._meta.fields if isinstance(f, models.TextField)]
        return rows.get_queryset(request).filter(pk__in=sorted(keys)[-MOST:]).defer(*texts)

    def _of_article(self, image, uses, article):
        states = {_("live"): uses.live, _("scheduled"): uses.scheduled}
        states[_("working copy")] = uses.working
        found = [str(words) for words, keys in states.items() if article.pk in keys]
        is_lead = article.lead_image_id == image.pk
        return _line(
            _link(article),
            ", ".join(found) or _("earlier edition only"),
            is_lead and article.lead_alt and labelled(_("alternative text"), article.lead_alt),
            is_lead and article.lead_caption and labelled(_("caption"), article.lead_caption),
        )

    # --- Another file ---------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not change or "file" not in form.changed_data:
            return super().save_model(request, obj, form, change)
        if form.cleaned_data.get("replacing") == Replacing.ADD:
            request.left_picture = Image.objects.get(pk=obj.pk)
            obj.make_another()
            obj.added_by = request.user
            return super().save_model(request, obj, form, change)
        before = Image.objects.get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        if abs(_ratio(before) - _ratio(obj)) > OTHER_SHAPE:
            words = _("The new file has another shape: please look at its crops and focal point.")
            self.message_user(request, words, messages.WARNING)

    def response_change(self, request, obj):
        left = getattr(request, "left_picture", None)
        if not left:
            return super().response_change(request, obj)
        words = _(
            "It is a new picture of the library. “{}” stays as it is: choose the new one in those "
            "articles that are to show it."
        )
        self.message_user(request, format_html(str(words), left.title), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[obj.pk]))


def _ratio(image):
    return image.width / image.height if image.height else 0


def _link(row):
    opts = row._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return format_html('<a href="{}" dir="auto">{}</a>', url, row)


def _line(*parts):
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))
