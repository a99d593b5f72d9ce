"""The library of pictures, and the window to choose one of them for a text."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.forms.widgets import Script
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.admin import KeepsFormWithoutRoom, YesOrNoInWords
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch, with_details

from ..models import Image
from ..search import staff
from .takedown_views import TakesDownPictures


class FileWidget(AdminFileWidget):
    """Django's widget. It sets a colon behind these words, so the space before it is theirs."""

    initial_text = pgettext_lazy("before a colon", "Currently")
    input_text = pgettext_lazy("before a colon", "Replace it with")


@admin.register(Image)
class ImageAdmin(
    FoldedSearch,
    TakesDownPictures,
    NamesWhatIsDeleted,
    KeepsFormWithoutRoom,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.images
    list_display = ["thumbnail", "title", "size", "credit", "created_at"]
    list_display_links = ["thumbnail", "title"]
    fieldsets = [
        (None, {"fields": ["title", "file", "preview", ("focal_x", "focal_y")]}),
        (_("At the place of use"), {"fields": ["alt", "decorative", "caption", "credit"]}),
    ]
    readonly_fields = ["preview"]
    formfield_overrides = {models.ImageField: {"widget": FileWidget}}
    ordering = ["-created_at", "-pk"]
    # A deletion in bulk would not call `Image.delete`, which deletes the files too.
    actions = None

    class Media:
        css = {"all": ["css/admin/writing.css"]}
        js = [
            Script("js/focal-point.js", type="module"),
            Script("js/picture-upload.js", type="module"),
        ]

    def changeform_view(self, request, *args, **kwargs):
        """Decode a new picture before Django begins the transaction in which the form is saved.

        It takes seconds, in which a transaction of SQLite would let nobody else write.
        """
        may_send = self.has_add_permission(request) or self.has_change_permission(request)
        if request.method == "POST" and may_send and "file" in request.FILES:
            # The form tells the refusal.
            with suppress(ValidationError):
                self.get_form(request).base_fields["file"].clean(request.FILES["file"])
        return super().changeform_view(request, *args, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.uses.exists())

    def choice_label(self, image):
        """Return the title and the credit, then the time of adding and the number."""
        added = date_format(timezone.localtime(image.created_at), "SHORT_DATETIME_FORMAT")
        return with_details(image.title, image.credit, added, f"#{image.pk}")

    def get_urls(self):
        view = self.admin_site.admin_view(self.picker)
        return [path("picker/", view, name="articles_image_picker"), *super().get_urls()]

    def picker(self, request):
        """Show the library in the rich text editor, to choose the picture of a figure."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").replace("\0", "")
        found, _distinct = self.get_search_results(request, self.get_queryset(request), query)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose a picture"),
            "is_popup": True,
            "opts": self.opts,
            "page": Paginator(found, 24).get_page(request.GET.get("page")),
            "query": query,
            "callback": request.GET.get("CKEditorFuncNum", ""),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/articles/image/picker.html", context)

    @admin.display(description=_("picture"))
    def thumbnail(self, image):
        return self._img(image, 90, alt=image.title)

    @admin.display(description=_("picture"))
    def preview(self, image):
        """Return the whole picture, to click on its focal point, and three crops that follow it."""
        if not image.pk:
            return "–"
        crops = format_html_join(
            "",
            '<img class="focal-crop" src="{}" alt="{}" width="{}" height="{}">',
            (
                (image.file.url, f"{across}:{down}", 120 * across // down, 120)
                for across, down in ((3, 2), (1, 1), (4, 5))
            ),
        )
        return format_html(
            '<div class="focal"><div class="focal-picture">{}</div><div>{}</div></div>',
            self._img(image, 480),
            crops,
        )

    @admin.display(description=_("size"))
    def size(self, image):
        return f"{image.width} × {image.height}"

    def _img(self, image, width, alt=""):
        height = round(width * image.height / image.width) if image.width else width
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            image.file.url,
            alt,
            width,
            height,
        )
