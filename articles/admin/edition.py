"""Editions in the admin: to read, and while they are scheduled, to reschedule or to cancel."""

from itertools import islice

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from common.admin import BoundedList, DefersInList, OnlyOwnLookups
from common.csv_download import DownloadsCsv
from common.deletion import NamesWhatIsDeleted
from common.moment_field import MomentField

from ..models import Edition
from ..publishing import who_may
from ..publishing.preflight import editions as preflight
from ..publishing.preflight.findings import PublishingError, refuse_first
from ..search.queries import Query
from .previews import PreviewsEdition
from .takedown_views import TakesDownEditions


class RescheduleForm(forms.ModelForm):
    """The form of an edition, which never changes; only a scheduled one can be rescheduled."""

    begins_at = MomentField(label=_("Public from"))

    class Meta:
        model = Edition
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "begins_at" in self.fields:
            self.fields["begins_at"].initial = self.instance.visible_from

    def clean_begins_at(self):
        at = self.cleaned_data["begins_at"]
        refuse_first(preflight.to_reschedule(self.instance, at))
        return at


@admin.register(Edition)
class EditionAdmin(
    TakesDownEditions,
    PreviewsEdition,
    NamesWhatIsDeleted,
    DownloadsCsv,
    DefersInList,
    BoundedList,
    OnlyOwnLookups,
    admin.ModelAdmin,
):
    form = RescheduleForm
    list_display = ["headline", "number", "visible_from", "visible_until", "state", "pressed_by"]
    list_defer = ["body", "standfirst"]
    list_select_related = ["pressed_by"]
    ordering = ["-visible_from", "-pk"]
    sortable_by = ["visible_from"]
    list_filter = ["visible_from", "section"]
    search_fields = ["headline"]  # Django shows the field; `get_search_results` searches all words.
    actions = None
    pressed = [
        *("article", "number", "state", "visible_from", "visible_until", "embargo_until"),
        "suppressed_at",
        *("correction", "pressed_by", "pressed_at"),
        *("kicker", "headline", "standfirst", "dateline", "section", "language", "lead_image"),
        "text",
        *("series", "series_part", "elsewhere"),
    ]

    class Media:
        css = {"all": ["css/admin/writing.css"]}

    def get_search_results(self, request, queryset, search_term):
        if search_term.strip():
            query = Query.parse(search_term)
            queryset = queryset.matching(query) if query else queryset.none()
        return queryset, False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return bool(obj and obj.is_scheduled and who_may.may_publish(request.user, obj.article))

    has_delete_permission = has_change_permission

    def get_fields(self, request, obj=None):
        fields = self.pressed
        if self.has_change_permission(request, obj):
            fields = ["begins_at", *(f for f in fields if f != "visible_from")]
        return fields

    def get_readonly_fields(self, request, obj=None):
        return self.pressed

    def get_form(self, request, obj=None, **kwargs):
        # The field `begins_at` belongs to the form alone: the admin would look for it on the model.
        kwargs["fields"] = []
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request, obj, form, change):
        try:
            obj.article.reschedule(obj, form.cleaned_data["begins_at"], by=request.user)
        except PublishingError as error:
            self.message_user(request, " ".join(error.messages), "ERROR")

    def get_deleted_objects(self, objs, request):
        *found, protected = super().get_deleted_objects(objs, request)
        for edition in objs:
            for first in islice(preflight.to_cancel(edition), 1):
                protected = [*protected, *first.error.messages]
        return *found, protected

    def delete_model(self, request, obj):
        obj.article.cancel(obj, by=request.user)

    @admin.display(description=_("state"))
    def state(self, edition):
        if edition.suppressed_at:
            return _("removed for legal reasons")
        if edition.is_live():
            return _("public")
        return _("scheduled") if edition.is_scheduled else _("past")

    @admin.display(description=_("body"))
    def text(self, edition):
        return format_html('<div class="pressed-body">{}</div>', mark_safe(edition.body))  # noqa: S308
