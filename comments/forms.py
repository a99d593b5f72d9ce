"""The forms that readers send: a comment, and a report of one."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .models import Complaint
from .writing import provenance, text

#: Characters of a comment.
LONGEST_COMMENT = 5000
#: Of a field that nobody sees, such as a stamp.
LONGEST_HIDDEN = 500
#: Of a complaint.
LONGEST_COMPLAINT = 2000


class _Typed(forms.CharField):
    """Typed text, normalised before it is measured: what nobody sees does not count."""

    def __init__(self, *, normalise, **kwargs):
        self.normalise = normalise
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        if self.max_length is None:
            # Of a field that nobody sees, whatever is longer than any of ours is no use.
            value = value[:LONGEST_HIDDEN]
        elif len(value) > 3 * self.max_length:
            # Too long, whatever is in it: normalising takes the square of a run of accents.
            return value
        return self.normalise(value)

    def widget_attrs(self, widget):
        # No `maxlength` in the browser: it would cut a longer pasted text without a word.
        return {}


class _PublicForm(forms.Form):
    """What readers send, beside what proves where the form comes from."""

    error_css_class = "has-error"

    # Nobody sees what follows, so nothing in it may make the form wrong, such as a NUL character.
    # Most programs that fill in forms cannot tell that people never see this one.
    website = _Typed(
        label=_("Leave this empty"),
        normalise=text.normalise_line,
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    stamp = _Typed(normalise=text.normalise_line, required=False, widget=forms.HiddenInput)
    confirmed = _Typed(normalise=text.normalise_line, required=False, widget=forms.HiddenInput)

    def full_clean(self):
        super().full_clean()
        for name in self.fields:
            if self.is_bound and name in self.errors:
                # Where the reader has to go on typing.
                self.fields[name].widget.attrs["autofocus"] = True
                break

    @property
    def confirmation(self) -> str:
        """What the form carries once its sender has been asked to confirm."""
        return self.data.get("confirmed", "")

    def ask_to_confirm(self, article, address):
        """Let the form, sent once more from the same address, prove that it is the reader's own."""
        self.data = self.data.copy()
        self.data["confirmed"] = provenance.confirmation(article, address)


class CommentForm(_PublicForm):
    """The two fields of a comment."""

    name = _Typed(
        label=_("Name"),
        normalise=text.normalise_line,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please enter your name here")},
    )
    comment = _Typed(
        label=_("Comment"),
        normalise=text.normalise,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Please enter your comment!"),
            "max_length": ngettext_lazy(
                "A comment has at most %(limit_value)d character; this one has %(show_value)d.",
                "A comment has at most %(limit_value)d characters; this one has %(show_value)d.",
                "limit_value",
            ),
        },
    )
    field_order = ["name", "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="comment-%s", **kwargs)


class ComplaintForm(_PublicForm):
    """Why a published comment should not be there."""

    grounds = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Complaint.Grounds.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what is wrong with the comment."),
            "invalid_choice": _("Please choose what is wrong with the comment."),
        },
    )
    words = _Typed(
        label=_("In your own words, if you like"),
        normalise=text.normalise,
        max_length=LONGEST_COMPLAINT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": ngettext_lazy(
                "Please use at most %(limit_value)d character; these are %(show_value)d.",
                "Please use at most %(limit_value)d characters; these are %(show_value)d.",
                "limit_value",
            ),
        },
    )
    field_order = ["grounds", "words"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="complaint-%s", **kwargs)
