"""Several pictures that are added to the library at once, and the words that they then get."""

from itertools import chain
from pathlib import PurePath

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.admin import NO_ROOM, ROW_KEY
from common.invisible import visible_line
from common.shortening import shorten
from common.storage import StorageFailed

from ..models import Image
from ..pictures import files
from ..pictures.fields import PictureFormField
from ..pictures.renditions import best_file
from .image_forms import DayInput, ImageForm

#: The most files that one request may bring without JavaScript: each takes a second or more. With
#: JavaScript each comes by itself.
MOST_IN_A_REQUEST = 10
#: The most pictures whose words are asked for on one page.
MOST_WITH_WORDS = 100


class SeveralFilesWidget(forms.FileInput):
    allow_multiple_selected = True


class SeveralForm(forms.Form):
    """The form as it is shown; each of its files is checked by a `OneOfSeveralForm`."""

    file = PictureFormField(
        label=_("Add pictures"), widget=SeveralFilesWidget(attrs={"multiple": True})
    )
    again = forms.BooleanField(
        label=_("Also those that are in the library already"), required=False
    )


class OneOfSeveralForm(forms.Form):
    """One file. The notes in it are the words of the picture; its name is the title else."""

    file = PictureFormField()
    again = forms.BooleanField(required=False)

    @property
    def same(self) -> Image | None:
        """The picture that is in the library already, unless it shall be added again."""
        if self.cleaned_data["again"]:
            return None
        return Image.objects.same_as(self.cleaned_data["file"]).first()

    def save(self, *, by) -> Image:
        """Add the picture. It may lack an alternative text, which is asked for afterwards."""
        picture = self.cleaned_data["file"]
        words = ImageForm.words_of(picture.notes)
        name = visible_line(PurePath(self.files["file"].name).stem.replace("_", " ")).strip()
        words["title"] = words["title"] or shorten(name, 120) or gettext("Untitled")
        image = Image(file=picture, taken_on=picture.notes.taken_on, added_by=by, **words)
        image.save()
        return image


class WordsForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = [
            *("title", "alt", "decorative", "caption", "credit"),
            *("rights", "licence", "expires_on"),
        ]
        widgets = {"expires_on": DayInput}


#: The fields that may get the same words in all pictures that have none there.
FOR_ALL = ("credit", "rights", "licence", "expires_on")
WordsForAllForm = type(forms.Form)(
    "WordsForAllForm",
    (forms.Form,),
    forms.fields_for_model(Image, FOR_ALL, widgets={"expires_on": DayInput}),
)


class AddsSeveral:
    """Mixin for the ModelAdmin of pictures: many files at once, and a page for their words."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        several = wrap(require_POST(self.several_view))
        return [
            path("several/", several, name="articles_image_several"),
            path("several/words/", wrap(self.words_view), name="articles_image_words"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        several = {
            "several_form": SeveralForm(auto_id=False),
            "largest": files.MAX_BYTES,
            "too_large": files.refusal("too_big").messages[0],
            "most_in_a_request": MOST_IN_A_REQUEST,
        }
        return super().changelist_view(request, {**several, **(extra_context or {})})

    def several_view(self, request):
        """Add the files; answer a script about its one file, and a browser with the next page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.FILES.getlist("file")
        preferred = request.get_preferred_type(["text/html", "application/json"])
        if preferred == "application/json":
            status, answer = self._add(request, sent[0] if sent else None)
            return JsonResponse(answer, status=status)
        added = []
        for file in sent[:MOST_IN_A_REQUEST]:
            status, answer = self._add(request, file)
            if status == 201:
                added.append(answer["picture"]["pk"])
            elif status == 409:
                told = _('“{}”: already in the library as <a href="{}">{}</a>; not added again.')
                same = answer["same"]
                words = format_html(str(told), file.name, same["url"], same["title"])
                messages.warning(request, words)
            else:
                words = " ".join(chain.from_iterable(answer["errors"].values()))
                told = gettext("“%(name)s”: %(words)s") % {"name": file.name, "words": words}
                messages.error(request, told)
        if (left := len(sent) - MOST_IN_A_REQUEST) > 0:
            words = ngettext(
                "%(count)s file was left out: %(most)s at once are added.",
                "%(count)s files were left out: %(most)s at once are added.",
                left,
            )
            messages.error(request, words % {"count": left, "most": MOST_IN_A_REQUEST})
        if not sent:
            messages.error(request, gettext("No file was chosen."))
        if not added:
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        query = QueryDict(mutable=True)
        query.setlist("pk", added)
        return HttpResponseRedirect(f"{reverse('admin:articles_image_words')}?{query.urlencode()}")

    def _add(self, request, file):
        """Add one file; return the status of the answer, and what it says."""
        form = OneOfSeveralForm(request.POST, {"file": file} if file else {})
        try:
            if not form.is_valid():
                errors = {name: list(map(str, words)) for name, words in form.errors.items()}
                return 503 if form.has_error("file", "busy") else 422, {"errors": errors}
            if same := form.same:
                return 409, {"same": self._named(same)}
            image = form.save(by=request.user)
        except StorageFailed:
            return 507, {"errors": {"file": [str(NO_ROOM)]}}
        self.log_addition(request, image, [{"added": {}}])
        return 201, {"picture": self._named(image)}

    def _named(self, image):
        url = reverse("admin:articles_image_change", args=[image.pk])
        return {"pk": image.pk, "title": image.title, "url": url}

    def words_view(self, request):
        """Ask for the words of the pictures whose keys are in the address, each or for all."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        keys = list(filter(ROW_KEY.fullmatch, request.GET.getlist("pk")))[:MOST_WITH_WORDS]
        images = list(self.get_queryset(request).filter(pk__in=keys).order_by("pk"))
        data = self._for_all(request.POST, images) if request.method == "POST" else None
        for_all = WordsForAllForm(data, prefix="all", label_suffix="")
        rows = [
            WordsForm(data, instance=image, prefix=f"p{image.pk}", label_suffix="")
            for image in images
        ]
        # Each form is asked, so that each shows its errors.
        refused = [form for form in (for_all, *rows) if not form.is_valid()]
        if data is not None and not refused:
            with transaction.atomic():
                for form in rows:
                    if form.has_changed():
                        image = form.save()
                        words = self.construct_change_message(request, form, [])
                        self.log_change(request, image, words)
            self.message_user(request, _("The words are saved."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        for form in rows:
            form.thumbnail = best_file(form.instance, "3:2", 320)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Words for the pictures just added"),
            "rows": rows,
            "for_all": for_all,
            "has_errors": data is not None,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/image/words.html", context)

    @staticmethod
    def _for_all(posted, images):
        """Return what was posted, with the words for all where a picture has none."""
        data = posted.copy()
        for name in FOR_ALL:
            for image in images:
                if not data.get(f"p{image.pk}-{name}", "").strip():
                    data[f"p{image.pk}-{name}"] = data.get(f"all-{name}", "")
        return data
