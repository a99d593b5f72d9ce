"""The fields of a picture's file, on the model and in forms.

Django's own would decode an upload in the server's process, with every format that Pillow has.
"""

from django import forms
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import files, foreign_formats


def validate_extension(file):
    """Refuse a name that no picture has. A picture of ours may be called like another kind's."""
    if "." in file.name and not foreign_formats.kind_of_name(file.name):
        FileExtensionValidator(files.EXTENSIONS)(file)


class PictureFormField(forms.FileField):
    """A file that becomes a picture of ours (`files.Reencoded`) when the form is cleaned."""

    default_validators = [validate_extension]

    def to_python(self, data):
        if data:
            # Before the extension is asked, which would only be called a wrong one.
            files.refuse_foreign(data)
        return super().to_python(data)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not data:
            # Without a new file, it is the stored one.
            return file
        picture = files.reencode(file)
        if picture.moved:
            raise files.refusal("animation")
        return picture

    def widget_attrs(self, widget):
        return {
            **super().widget_attrs(widget),
            "accept": ",".join(files.MEDIA_TYPES),
            # The admin gives a field of a file no label, only a legend.
            "aria-label": self.label,
            # For `picture-upload.js`.
            "data-preparing": _("The picture is being prepared. This takes a few seconds."),
        }


class PictureField(models.ImageField):
    """A stored picture; its model writes the columns of its width and height."""

    def update_dimension_fields(self, instance, force=False, *args, **kwargs):
        return

    def formfield(self, **kwargs):
        # The name of an upload may be long: it is not stored.
        return super().formfield(**{"form_class": PictureFormField, "max_length": None, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs
