"""The library of pictures, and the picker, which chooses from it and adds to it."""

import re
from contextlib import suppress

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms.widgets import Script
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from common.admin import NO_ROOM, ROW_KEY, KeepsFormWithoutRoom, YesOrNoInWords
from common.csv_download import DownloadsCsv
from common.deletion import NamesWhatIsDeleted
from common.search.admin import FoldedSearch, with_details
from common.storage import StorageFailed

from ..models import Image
from ..pictures import files
from ..pictures.renditions import best_file
from ..search import staff
from .adding import AddsSeveral
from .clearing import ClearsPictures
from .image_forms import DayInput, ImageForm, UploadForm, crops
from .library import ListsPictures
from .shown_uses import ShowsUses
from .takedown_views import TakesDownPictures

#: The number of a page of the picker, in an address.
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


class FileWidget(AdminFileWidget):
    """Django's widget. It sets a colon behind these words, so the space before it is theirs."""

    initial_text = pgettext_lazy("before a colon", "Currently")
    input_text = pgettext_lazy("before a colon", "Replace it with")


@admin.register(Image)
class ImageAdmin(
    ListsPictures,
    AddsSeveral,
    ClearsPictures,
    ShowsUses,
    FoldedSearch,
    TakesDownPictures,
    DownloadsCsv,
    NamesWhatIsDeleted,
    KeepsFormWithoutRoom,
    YesOrNoInWords,
    admin.ModelAdmin,
):
    word_index = staff.images
    form = ImageForm
    # The number is typed into a form where there is no JavaScript.
    list_display = [
        *("thumbnail", "title", "number", "credit", "use", "taken_on", "created_at"),
    ]
    list_display_links = ["thumbnail", "title"]
    csv_columns = ["title", "id", "width", "height", "credit", "taken_on", "created_at"]
    fieldsets = [
        (None, {"fields": ["title", "file", "preview", ("focal_x", "focal_y"), "taken_on"]}),
        (
            _("At the place of use"),
            {
                "fields": ["alt", "decorative", "caption", "credit"],
                "description": _(
                    "Proposed where the picture is chosen. A lead picture keeps the words that it "
                    "got there; the credit of a figure in a text is always the one below."
                ),
            },
        ),
        (_("Rights"), {"fields": ["rights", "licence", "expires_on"]}),
    ]
    readonly_fields = ["preview", "added", "used_in"]
    formfield_overrides = {
        models.ImageField: {"widget": FileWidget},
        models.DateField: {"widget": DayInput},
    }
    ordering = ["-created_at", "-pk"]

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

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
            self._tell_same(request, obj)
        super().save_model(request, obj, form, change)

    def _tell_same(self, request, image):
        same = Image.objects.same_as(image.file.file).exclude(pk=image.pk).first()
        if same:
            url = reverse("admin:articles_image_change", args=[same.pk])
            told = _('The library has this picture twice now: <a href="{}">{}</a>')
            self.message_user(request, format_html(str(told), url, same.title), messages.WARNING)

    def choice_label(self, image):
        """Return the title and the credit, then the time of adding and the number."""
        added = date_format(timezone.localtime(image.created_at), "SHORT_DATETIME_FORMAT")
        return with_details(image.title, image.credit, added, f"#{image.pk}")

    # --- The picker -----------------------------------------------------------------------------

    #: The pictures of one page of the picker.
    PICKER_PAGE = 24

    def get_urls(self):
        screens = [
            ("picker/", self.picker, "picker"),
            ("picker/upload/", require_POST(self.upload), "upload"),
            ("picker/notes/", require_POST(self.notes), "notes"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"articles_image_{name}")
            for route, view, name in screens
        ]
        return [*own, *super().get_urls()]

    def picker(self, request):
        """Return the picker as HTML, with the pictures found for `q`, or the one with key `pk`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").replace("\0", "")
        found, _distinct = self.get_search_results(request, self.get_queryset(request), query)
        if (key := request.GET.get("pk")) is not None:
            found = found.filter(pk=key) if ROW_KEY.fullmatch(key) else found.none()
        asked = request.GET.get("page", "")
        number = int(asked) if PAGE_NUMBER.fullmatch(asked) else 1
        # One more than a page has tells whether another page follows: nothing counts the library.
        start, end = (number - 1) * self.PICKER_PAGE, number * self.PICKER_PAGE
        images = list(found[start : end + 1])
        context = {
            "pictures": [_offer(image) for image in images[: self.PICKER_PAGE]],
            "newer": number - 1,
            "older": number + 1 if len(images) > self.PICKER_PAGE else None,
            "query": query,
            "upload_form": UploadForm(auto_id=False) if self.has_add_permission(request) else None,
            "largest": files.MAX_BYTES,
            "too_large": files.refusal("too_big").messages[0],
        }
        return TemplateResponse(request, "admin/articles/image/picker.html", context)

    def upload(self, request):
        """Add one picture to the library; return its entry in the picker, or errors by field."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        try:
            if not form.is_valid():
                is_busy = form.has_error("file", "busy")
                return JsonResponse({"errors": form.errors}, status=503 if is_busy else 422)
            form.instance.added_by = request.user
            image = form.save()
        except StorageFailed:
            return JsonResponse({"errors": {"file": [str(NO_ROOM)]}}, status=507)
        self.log_addition(request, image, [{"added": {}}])
        entry = render_to_string("admin/articles/image/_offer.html", {"offer": _offer(image)})
        return JsonResponse({"picture": entry}, status=201)

    def notes(self, request):
        """Return the words in the beginning of a file, before the file itself is sent."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        beginning = request.FILES.get("file")
        if not isinstance(beginning, UploadedFile):
            return JsonResponse({"errors": {"file": []}}, status=422)
        try:
            words = ImageForm.words_of(files.notes_of(beginning))
        except ValidationError as refusal:
            status = 503 if refusal.code == "busy" else 422
            return JsonResponse({"errors": {"file": refusal.messages}}, status=status)
        return JsonResponse({"words": words})

    # --- The library ----------------------------------------------------------------------------

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

    @admin.display(description=_("added"))
    def added(self, image):
        at = date_format(timezone.localtime(image.created_at), "SHORT_DATETIME_FORMAT")
        return with_details(at, image.added_by)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, image):
        return image.pk

    def _img(self, image, width, alt=""):
        height = round(width * image.height / image.width) if image.width else width
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            image.file.url,
            alt,
            width,
            height,
        )


def _offer(image):
    """Return a picture as the picker offers it, with the files that show it small and chosen."""
    return {"image": image, "thumbnail": best_file(image, "3:2", 320), "crops": crops(image)}
