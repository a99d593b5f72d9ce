"""The newsroom's sound files and PDFs, and the dialog in which the editor of a text takes one."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.admin import NO_ROOM, BoundedChangeList, BoundedList, KeepsFormWithoutRoom
from common.csv_download import DownloadsCsv
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch, with_details
from common.storage import StorageFailed

from ..attachments import formats
from ..attachments.display import facts_in_words, length_in_words, size_in_words
from ..attachments.linked_from import uses_of
from ..models import Article, Attachment, Page
from ..search import staff
from .library import use_in_words
from .takedown_views import TakesDownAttachments


class AttachmentForm(forms.ModelForm):
    """An attachment. Its file is read when the form is checked, so that its words can be asked."""

    class Meta:
        model = Attachment
        fields = ["file", "title", "credit", "transcript"]
        widgets = {"transcript": forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            # The name of an upload may be long: it is not stored.
            field.max_length = None
            field.widget.attrs |= {"accept": formats.ACCEPT, "aria-label": field.label}
            field.help_text = _(
                "MP3, M4A, Ogg Opus or PDF, up to %(megabytes)s MB. Readers get the file as it is, "
                "with what its properties say of its author."
            ) % {"megabytes": settings.ATTACHMENT_MAX_MB}

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.instance.file = file
        self.instance.read_file()
        return file


class AttachmentChangeList(BoundedChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        uses = uses_of(self.result_list)
        for attachment in self.result_list:
            attachment.use_in_words = use_in_words(uses[attachment.pk])


@admin.register(Attachment)
class AttachmentAdmin(
    FoldedSearch,
    TakesDownAttachments,
    DownloadsCsv,
    NamesWhatIsDeleted,
    KeepsFormWithoutRoom,
    BoundedList,
    admin.ModelAdmin,
):
    word_index = staff.attachments
    form = AttachmentForm
    list_display = ["title", "format", "length", "size", "credit", "use", "created_at"]
    list_filter = ["format", ("created_at", admin.DateFieldListFilter)]
    csv_columns = ["title", "format", "seconds", "bytes", "credit", "created_at"]
    readonly_fields = ["stored", "facts", "added", "used_in"]
    list_per_page = 48

    #: The attachments that the dialog shows.
    OFFERED = 20

    def get_queryset(self, request):
        return super().get_queryset(request).defer("transcript")

    def get_changelist(self, request, **kwargs):
        return AttachmentChangeList

    def get_fieldsets(self, request, obj=None):
        words = ["title", "credit", "transcript"]
        if obj is None:
            return [(None, {"fields": ["file", *words]})]
        return [
            (None, {"fields": ["stored", "facts", *words]}),
            (_("In use"), {"fields": ["used_in", "added"]}),
        ]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.uses.exists())

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)

    def get_object(self, request, object_id, from_field=None):
        attachment = super().get_object(request, object_id, from_field)
        if attachment:
            # A method of a ModelAdmin that shows a field knows no request.
            attachment.uses_for_person = partial(self._uses_in_html, request, attachment)
        return attachment

    def choice_label(self, attachment):
        added = date_format(timezone.localtime(attachment.created_at), "SHORT_DATETIME_FORMAT")
        return with_details(attachment.title, attachment.kind.label, added, f"#{attachment.pk}")

    # --- Columns and fields ---------------------------------------------------------------------

    @admin.display(description=_("length"), ordering="seconds")
    def length(self, attachment):
        return length_in_words(attachment.seconds) if attachment.seconds else "–"

    @admin.display(description=_("size"), ordering="bytes")
    def size(self, attachment):
        return size_in_words(attachment.bytes)

    @admin.display(description=_("use"))
    def use(self, attachment):
        return attachment.use_in_words

    @admin.display(description=_("file"))
    def stored(self, attachment):
        """Return a link to the file, and what a text shows it with where there is no JavaScript."""
        url = attachment.file.url
        shown = format_html(
            '<blockquote class="file"><p><a href="{}">{}</a></p></blockquote>',
            url,
            attachment.title,
        )
        return format_html(
            '<a href="{}">{}</a> <p class="help">{}</p> <p><code>{}</code></p>',
            url,
            _("Open the file"),
            _("A text shows the file where it has these lines; the editor puts them in."),
            escape(shown),
        )

    @admin.display(description=_("format"))
    def facts(self, attachment):
        return facts_in_words(attachment)

    @admin.display(description=_("added"))
    def added(self, attachment):
        at = date_format(timezone.localtime(attachment.created_at), "SHORT_DATETIME_FORMAT")
        return with_details(at, attachment.added_by)

    @admin.display(description=_("uses"))
    def used_in(self, attachment):
        return attachment.uses_for_person() if attachment.pk else "–"

    def _uses_in_html(self, request, attachment):
        """Return the uses in words and, of what this person may view, as links."""
        uses = uses_of([attachment])[attachment.pk]
        rows = []
        for model, keys in ((Article, uses.articles), (Page, uses.pages)):
            model_admin = self.admin_site.get_model_admin(model)
            if keys and model_admin.has_view_permission(request):
                found = model_admin.get_queryset(request).filter(pk__in=keys).defer("body")
                name = f"admin:articles_{model._meta.model_name}_change"
                rows += [(reverse(name, args=[row.pk]), row) for row in found[:50]]
        links = format_html_join("", '<li><a href="{}" dir="auto">{}</a></li>', rows)
        words = use_in_words(uses)
        if uses:
            kept = gettext("It can be deleted once no text and no edition links to it.")
            words = f"{words}. {kept}"
        return format_html('<div class="uses">{}<ul>{}</ul></div>', words, links)

    # --- The dialog -----------------------------------------------------------------------------

    def get_urls(self):
        screens = [("picker", self.picker), ("upload", require_POST(self.upload))]
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"articles_attachment_{name}")
            for name, view in screens
        ]
        return [*own, *super().get_urls()]

    def picker(self, request):
        """Return the dialog as HTML, with the newest attachments that are found for `q`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").replace("\0", "")
        found, _distinct = self.get_search_results(request, self.get_queryset(request), query)
        context = {
            "offers": [_offer(attachment) for attachment in found[: self.OFFERED]],
            "query": query,
            "form": AttachmentForm(auto_id="attach_%s", label_suffix="")
            if self.has_add_permission(request)
            else None,
        }
        return TemplateResponse(request, "admin/articles/attachment/picker.html", context)

    def upload(self, request):
        """Add one attachment; answer what the text links to, or errors by field."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AttachmentForm(request.POST, request.FILES)
        try:
            if not form.is_valid():
                return JsonResponse({"errors": form.errors}, status=422)
            form.instance.added_by = request.user
            attachment = form.save()
        except StorageFailed:
            return JsonResponse({"errors": {"file": [str(NO_ROOM)]}}, status=507)
        self.log_addition(request, attachment, [{"added": {}}])
        return JsonResponse(_offer(attachment), status=201)


def _offer(attachment):
    return {
        "title": attachment.title,
        "url": attachment.file.url,
        "facts": facts_in_words(attachment),
    }
