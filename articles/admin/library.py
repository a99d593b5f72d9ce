"""The list of the library: a grid of pictures or a table, its filters, and what each says."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.admin import BoundedChangeList, BoundedList
from common.search.admin import with_details

from ..models import Image
from ..pictures import places_of_use
from ..pictures.renditions import best_file
from ..publishing.waiting import name_of
from .article_list import MOST_NAMES, NameFilter

#: The days before the end of a licence from which on the library warns.
SOON = timedelta(days=30)
#: The names to choose from are those of this many pictures, the last that were added.
LAST_ADDED = 300
#: The parameter of the address that asks for the table.
LOOK = "look"


def _last_added():
    return Image.objects.order_by("-created_at", "-pk").values("pk")[:LAST_ADDED]


class _NarrowingFilter(admin.SimpleListFilter):
    """A filter whose CHOICES are words with a function that narrows a queryset down."""

    CHOICES = {}

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _narrow) in self.CHOICES.items()]

    def queryset(self, request, queryset):
        _words, narrow = self.CHOICES.get(self.value(), (None, None))
        return narrow(queryset) if narrow else queryset


def expiring_soon(images):
    today = timezone.localdate()
    return images.filter(expires_on__range=(today, today + SOON))


def expired(images):
    return images.filter(expires_on__lt=timezone.localdate())


class UseFilter(_NarrowingFilter):
    title = _("use")
    parameter_name = "use"
    CHOICES = {
        "live": (_("In a live article"), places_of_use.live),
        "used": (_("Used somewhere"), places_of_use.used),
        "unused": (_("Nothing uses it"), places_of_use.unused),
    }


class ExpiryFilter(_NarrowingFilter):
    title = _("may be used until")
    parameter_name = "until"
    CHOICES = {
        "expired": (_("Expired"), expired),
        "soon": (_("Expires within 30 days"), expiring_soon),
        "soon_live": (
            _("Expired or within 30 days, and live"),
            lambda rows: places_of_use.live(
                rows.filter(expires_on__lte=timezone.localdate() + SOON)
            ),
        ),
        "limited": (_("Has a last day"), lambda rows: rows.filter(expires_on__isnull=False)),
    }


class MissingFilter(_NarrowingFilter):
    title = _("what is missing")
    parameter_name = "without"
    CHOICES = {
        "alt": (_("No alternative text"), lambda rows: rows.filter(alt="", decorative=False)),
        "credit": (_("No credit"), lambda rows: rows.filter(credit="")),
        "rights": (_("Neither rights nor licence"), lambda r: r.filter(rights="", licence="")),
    }


class ShapeFilter(_NarrowingFilter):
    title = _("shape")
    parameter_name = "shape"
    CHOICES = {
        "wide": (_("Landscape"), lambda rows: rows.filter(width__gt=F("height"))),
        "upright": (_("Upright"), lambda rows: rows.filter(width__lt=F("height"))),
        "square": (_("Square"), lambda rows: rows.filter(width=F("height"))),
    }


class CreditFilter(admin.SimpleListFilter):
    """The credits of the pictures added last, and always the one that is chosen."""

    title = _("credit")
    parameter_name = "credit"

    def lookups(self, request, model_admin):
        lately = Image.objects.filter(pk__in=_last_added()).exclude(credit="").order_by("credit")
        credits = list(lately.values_list("credit", flat=True).distinct()[:MOST_NAMES])
        chosen = self.used_parameters.get(self.parameter_name)
        if chosen and chosen not in credits:
            credits.append(chosen)
        return [(credit, credit) for credit in credits]

    def queryset(self, request, queryset):
        value = (self.value() or "").replace("\0", "")
        return queryset.filter(credit=value) if value else queryset


class AdderFilter(NameFilter):
    title = _("added by")
    parameter_name = "by"

    def lookups(self, request, model_admin):
        people = get_user_model().objects.exclude(pk=request.user.pk)
        adders = Image.objects.filter(pk__in=_last_added()).values("added_by")
        names = people.values_list("pk", name_of())
        lately = names.filter(pk__in=adders).order_by("username")[:MOST_NAMES]
        return [("me", _("Me")), *self.with_chosen(lately, names)]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return queryset.filter(added_by=request.user)
        return queryset.filter(added_by=self.chosen()) if self.chosen() else queryset


class LibraryChangeList(BoundedChangeList):
    #: The orders that the grid offers: the words, and the column in `list_display`.
    ORDERS = {"created_at": _("Added last"), "taken_on": _("Taken last"), "title": _("Title")}

    @property
    def is_grid(self):
        return self.params.get(LOOK) != "table"

    def get_filters_params(self, params=None):
        found = super().get_filters_params(params)
        found.pop(LOOK, None)
        return found

    def get_filters(self, request):
        specs, *rest = super().get_filters(request)
        for spec in specs:
            spec.is_folded = True
        return specs, *rest

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        uses = places_of_use.uses_of(self.result_list)
        for image in self.result_list:
            image.use_in_words = use_in_words(uses[image.pk])
            image.expiry_in_words = expiry_in_words(image)
            image.thumbnail = best_file(image, "3:2", 320)

    def orders(self):
        """Return the words, the address and the state of each order of the grid."""
        chosen = self.params.get("o", "")
        for name, words in self.ORDERS.items():
            column = str(self.list_display.index(name))
            order = column if name == "title" else f"-{column}"
            is_chosen = chosen == order or (not chosen and name == "created_at")
            yield words, self.get_query_string({"o": order}, ["p"]), is_chosen

    def other_look(self):
        if self.is_grid:
            return self.get_query_string({LOOK: "table"})
        return self.get_query_string(remove=[LOOK])


def use_in_words(uses) -> str:
    """Return “used in 7 articles, 3 of them live”, and the pages and authors."""
    parts = []
    if uses.is_used_often:
        parts.append(gettext("used in more than %(count)s articles") % {"count": _most()})
    elif count := len(uses.articles):
        words = ngettext("used in %(count)s article", "used in %(count)s articles", count)
        parts.append(words % {"count": count})
        if live := len(uses.live):
            parts.append(ngettext("%(count)s live", "%(count)s live", live) % {"count": live})
    if count := len(uses.pages):
        parts.append(ngettext("on %(count)s page", "on %(count)s pages", count) % {"count": count})
    if count := len(uses.authors):
        words = ngettext("photo of %(count)s author", "photo of %(count)s authors", count)
        parts.append(words % {"count": count})
    return ", ".join(parts) or gettext("not used")


def _most() -> str:
    return number_format(places_of_use.MOST, force_grouping=True)


def live_in_words(uses) -> str:
    """Return “3 live articles”."""
    if uses.is_used_often:
        return gettext("the live ones of more than %(count)s articles") % {"count": _most()}
    count = len(uses.live)
    words = ngettext("%(count)s live article", "%(count)s live articles", count)
    return words % {"count": count}


def expiry_in_words(image) -> str:
    if not image.expires_on:
        return ""
    day = date_format(image.expires_on, "SHORT_DATE_FORMAT")
    if image.expires_on < timezone.localdate():
        return gettext("expired on %(day)s") % {"day": day}
    return gettext("may be used until %(day)s") % {"day": day}


class ListsPictures(BoundedList):
    """Mixin for the ModelAdmin of pictures: the grid and the table of the library."""

    list_per_page = 48
    list_filter = [
        UseFilter,
        ExpiryFilter,
        MissingFilter,
        CreditFilter,
        ShapeFilter,
        AdderFilter,
        ("created_at", admin.DateFieldListFilter),
        ("taken_on", admin.DateFieldListFilter),
    ]

    def get_changelist(self, request, **kwargs):
        return LibraryChangeList

    @admin.display(description=_("use"))
    def use(self, image):
        return with_details(image.use_in_words, image.expiry_in_words)
