"""The forms that readers send: a comment, and a report of a comment."""

from django import forms
from django.forms.utils import ErrorDict
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.text_fields import ShowsTyped

from .models import Complaint
from .writing import provenance, text

#: The longest text of a comment, in characters.
LONGEST_COMMENT = 5000
#: The longest value of a hidden field, such as the stamp, in characters.
LONGEST_HIDDEN = 500
#: The longest text of a complaint, in characters.
LONGEST_COMPLAINT = 2000


def _at_most(limit):
    """Return the words that tell readers of a limit before they send their text."""
    number = lazy(number_format, str)(limit, force_grouping=True)
    return format_lazy(_("At most {number} characters."), number=number)


class _NormalisedCharField(ShowsTyped, forms.CharField):
    """A field whose text is normalised before its length is checked.

    So characters that nobody sees do not count.
    """

    def __init__(self, *, normalise, **kwargs):
        self.normalise = normalise
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        if self.max_length is None:
            # A hidden field: our own values are shorter, so the rest of a longer one is cut off.
            value = value[:LONGEST_HIDDEN]
        elif len(value) > 3 * self.max_length:
            # The length check refuses this text as it is; no work is spent on it first.
            return value
        return self.normalise(value)

    def widget_attrs(self, widget):
        # No `maxlength`: the browser would cut a longer pasted text without telling the reader. The
        # words decide the direction of the field, as they do on the page.
        return {} if widget.is_hidden else {"dir": "auto"}


class _PublicForm(forms.Form):
    """The base of both forms: the honeypot, and two fields that prove the form's origin."""

    error_css_class = "has-error"

    # Readers do not see these three fields, so no value in them, such as a NUL character, may make
    # the form invalid. `website` is the honeypot: most programs that fill in forms cannot tell that
    # people never see it.
    website = _NormalisedCharField(
        label=_("Leave this empty"),
        normalise=text.normalise_line,
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    stamp = _NormalisedCharField(
        normalise=text.normalise_line, required=False, widget=forms.HiddenInput
    )
    confirmed = _NormalisedCharField(
        normalise=text.normalise_line, required=False, widget=forms.HiddenInput
    )

    def full_clean(self):
        super().full_clean()
        for name in self.fields:
            if self.is_bound and name in self.errors:
                # Put the cursor in the first field that has an error.
                self.fields[name].widget.attrs["autofocus"] = True
                break

    @property
    def sent_stamp(self) -> str:
        """Return the stamp as it was sent. Reading it cleans no field."""
        return self.data.get("stamp", "")[:LONGEST_HIDDEN]

    @property
    def confirmation(self) -> str:
        """Return the token of a form whose sender was asked to confirm, or an empty string."""
        return self.data.get("confirmed", "")[:LONGEST_HIDDEN]

    def leave_unread(self):
        """Let the form be shown again as it was sent, without errors and without any cleaning.

        A request that is refused before its text is looked at must cost nothing for the text.
        """
        self._errors = ErrorDict()

    def ask_to_confirm(self, article, address):
        """Put a token in the form. It proves the form's origin when `address` sends it again."""
        self.data = self.data.copy()
        self.data["confirmed"] = provenance.confirmation(article, address)


class CommentForm(_PublicForm):
    """A comment: the name and the text."""

    name = _NormalisedCharField(
        label=_("Name"),
        normalise=text.normalise_line,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please enter your name here")},
    )
    comment = _NormalisedCharField(
        label=_("Comment"),
        normalise=text.normalise,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 7, "data-limit": LONGEST_COMMENT}),
        help_text=_at_most(LONGEST_COMMENT),
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
    """A report of a published comment: the grounds, and the reader's own words if any."""

    grounds = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Complaint.Grounds.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what is wrong with the comment."),
            "invalid_choice": _("Please choose what is wrong with the comment."),
        },
    )
    words = _NormalisedCharField(
        label=_("In your own words, if you like"),
        normalise=text.normalise,
        max_length=LONGEST_COMPLAINT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-limit": LONGEST_COMPLAINT}),
        help_text=_at_most(LONGEST_COMPLAINT),
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
