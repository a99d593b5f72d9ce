"""The form of a picture in the library, and the field in which another form chooses a picture."""

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.admin import ROW_KEY
from common.shortening import shorten

from ..models import Image
from ..pages.article_page import Lead
from ..pictures.files import Reencoded
from ..pictures.places_of_use import is_used
from ..pictures.renditions import best_file


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    def __init__(self):
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class Replacing(models.TextChoices):
    """What a new file for a picture that something uses is for."""

    EVERYWHERE = "everywhere", _("Replace it everywhere")
    ADD = "add", _("Add it as a new picture, and leave this one as it is")


class ImageForm(forms.ModelForm):
    """A picture of the library. The notes in a new file fill in what nobody has typed."""

    replacing = forms.ChoiceField(
        label=_("With a new file"),
        choices=Replacing.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    #: The words that a file may bring along.
    WORDS = ("title", "alt", "caption", "credit", "rights", "licence")

    #: Whether the fields showed the notes of the file: then an empty one was emptied.
    notes_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        picture = cleaned.get("file")
        if not isinstance(picture, Reencoded):
            return cleaned
        if self.instance.pk and not cleaned.get("replacing") and is_used(self.instance):
            self.add_error(
                "replacing",
                forms.ValidationError(
                    _("The picture is in use: please choose what the new file is for."), "required"
                ),
            )
        if "taken_on" in self.fields and "taken_on" not in self.changed_data:
            cleaned["taken_on"] = picture.notes.taken_on
        if self.instance._state.adding and not cleaned.get("notes_shown"):
            found = self.words_of(picture.notes)
            empty = {name for name in found if cleaned.get(name) == ""}
            if cleaned.get("decorative"):
                empty.discard("alt")
            cleaned |= {name: found[name] for name in empty}
        return cleaned

    @classmethod
    def words_of(cls, notes) -> dict[str, str]:
        """Return the words of the `notes` of a file, as long as the fields may be."""
        longest = {name: Image._meta.get_field(name).max_length for name in cls.WORDS}
        return {name: shorten(getattr(notes, name), most) for name, most in longest.items()}


#: The form in which the picker adds a picture.
UploadForm = forms.modelform_factory(
    Image,
    form=ImageForm,
    fields=[
        *("file", "title", "alt", "decorative", "caption", "credit", "taken_on"),
        *("rights", "licence", "expires_on"),
    ],
    widgets={"expires_on": DayInput},
)


def crops(image) -> dict:
    """Return the files that show `image` as readers see a lead picture, or the photo of an author.

    Until its renditions are made, it is shown whole.
    """
    return {
        "lead": best_file(image, Lead(image, "", "", "").ratio, 960),
        "square": best_file(image, "1:1", 320),
    }


class PictureChoice(forms.TextInput):
    """The field that chooses a picture of the library: the picture, and a button for the picker.

    Without JavaScript, editors type the number of the picture, which the library shows.
    `words` are the fields of the same form that take the picture's own words: alt, caption, credit.
    A picture with words of its own is a lead picture; another one is a photo of an author.
    """

    template_name = "admin/articles/image/choice.html"

    class Media:
        css = {"all": ["css/admin/fields.css"]}
        js = [forms.widgets.Script("js/writing/pictures.js", type="module")]

    def __init__(self, attrs=None, *, words=None):
        number = {"inputmode": "numeric", "size": 8, "autocomplete": "off"}
        super().__init__({**number, **(attrs or {})})
        self.words = words or {}

    def get_context(self, name, value, attrs):
        key = str(value or "")
        image = Image.objects.filter(pk=key).first() if ROW_KEY.fullmatch(key) else None
        shape = "lead" if self.words else "square"
        return {
            **super().get_context(name, value, attrs),
            "image": image,
            "shape": shape,
            "shown": image and crops(image)[shape],
            "words": self.words.items(),
            "picker": reverse("admin:articles_image_picker"),
        }


class ChoosesPictures:
    """Mixin for a ModelAdmin: wherever its form chooses a picture, it does so in the picker."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.related_model is Image:
            stem = db_field.name.rpartition("_")[0]
            own = {f.name for f in self.opts.fields}
            names = {word: f"{stem}_{word}" for word in ("alt", "caption", "credit")}
            # Without Django's links beside it: they open other windows.
            field.widget = PictureChoice(words={w: n for w, n in names.items() if n in own})
            field.error_messages["invalid_choice"] = _("No picture of the library has this number.")
        return field
