"""The forms of moderators, and two values sent with them: the time of the page, and a reason."""

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.options import ActionLocation
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..forms import LONGEST_COMMENT
from ..models import PublicName
from ..models.public_name import is_login_name
from ..moderation.reasons import Reason
from ..moderation.states import Moderation
from ..writing import text

#: The time of a page that does not say when it was shown.
NEVER = datetime.min.replace(tzinfo=UTC)


def seen_at(request):
    """Return the time at which the moderator's page was shown, in UTC.

    A missing or invalid value gives the earliest time there is. So a form without a valid time can
    decide a comment, but can never overwrite an earlier decision.
    """
    for name in ("seen_at", f"{ActionLocation.CHANGE_FORM.value}-seen_at"):
        try:
            moment = datetime.fromisoformat(request.POST[name])
            if timezone.is_aware(moment):
                return moment.astimezone(UTC)
        except (KeyError, ValueError, OverflowError):
            continue
    return NEVER


def seen_at_if_told(request):
    """Return the moment at which the moderator's page was shown, or None if it does not say so."""
    moment = seen_at(request)
    return moment if moment > NEVER else None


def without_unseen(request, queryset):
    """Return the chosen comments or reports: of "all", those that had come in when it was shown."""
    moment = seen_at_if_told(request)
    if request.POST.get("select_across") == "1" and moment:
        queryset = queryset.filter(submitted_at__lte=moment)
    return queryset


def set_seen_at(response, moment):
    """Write the `moment` before which the page's rows were read into its action form, if any."""
    if form := getattr(response, "context_data", None) and response.context_data.get("action_form"):
        form.initial["seen_at"] = moment.isoformat()
    return response


class TellsWhenSeen:
    """Mixin for a ModelAdmin whose actions decide on what was shown: its pages tell when that was.

    It goes with the action form `MomentForm`, or `SeenForm`, which sends the moment back.
    """

    def changelist_view(self, request, extra_context=None):
        moment = timezone.now()
        return set_seen_at(super().changelist_view(request, extra_context), moment)

    def changeform_view(self, request, *args, **kwargs):
        moment = timezone.now()
        return set_seen_at(super().changeform_view(request, *args, **kwargs), moment)


def seen_complaints(request, comment) -> int:
    """Return the version of the open reports about `comment` that the moderator's page has shown.

    Without a valid value it is one that there never is: no report is dismissed that nobody saw.
    """
    sent = request.POST.get(f"complaints-{comment.pk}", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


class MomentForm(ActionForm):
    """The field sent with an action that tells the time of the page."""

    seen_at = forms.CharField(
        label="",
        required=False,
        widget=forms.HiddenInput,
    )


class SeenForm(MomentForm):
    """The fields sent with an action: the time of the page, and the reason of a rejection."""

    reason = forms.ChoiceField(
        label=_("Reason, if rejected:"),
        choices=Reason.choices,
        required=False,
        initial=Reason.OTHER,
    )


def reason_given(request) -> str:
    """Return the reason sent with an action, from the list or from a comment's page; or “other”."""
    for name in ("reason", f"{ActionLocation.CHANGE_FORM.value}-reason"):
        if (code := request.POST.get(name)) in Reason.values:
            return code
    return Reason.OTHER


#: The decisions of a moderator. Only the writer of a comment can withdraw it.
DECISIONS = [choice for choice in Moderation.choices if choice[0] != Moderation.WITHDRAWN]


class _NoteField(forms.CharField):
    """A note for colleagues. The privacy page and the export to writers keep what its help says."""

    def __init__(self):
        super().__init__(
            label=_("Note for colleagues"),
            max_length=500,
            required=False,
            help_text=_("Only moderators and editors see it, never the comment’s writer."),
            widget=forms.TextInput(attrs={"dir": "auto"}),
        )

    def to_python(self, value):
        return text.normalise(super().to_python(value))


class DecisionForm(forms.Form):
    """A decision in the queue. Each reason has its own button, which also means “reject”."""

    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.ChoiceField(choices=Reason.choices, required=False)
    note = _NoteField()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason"):
            cleaned["decision"] = Moderation.REJECTED
        if not cleaned.get("decision"):
            raise forms.ValidationError(_("Please choose what to decide."))
        return cleaned


class _TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        # No `max_length`, for which the browser would cut a pasted text without telling anybody.
        validators=[MaxLengthValidator(LONGEST_COMMENT)],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def clean_text(self):
        if typed := text.normalise(self.cleaned_data["text"]):
            return typed
        raise forms.ValidationError(self.fields["text"].error_messages["required"])


class EditForm(_TextForm):
    note = _NoteField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="edit-%s", **kwargs)


class AnswerForm(_TextForm):
    """An answer to a comment, signed with the public name of the person or with the site's name.

    A person without a public name is asked for one, once; it is kept.
    """

    OWN = "own"

    name = forms.ChoiceField(label=_("Signed"), initial=OWN)
    public_name = forms.CharField(
        label=_("Your public name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Readers see it with this answer and all later ones. It is kept."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, auto_id="answer-%s", **kwargs)
        self.own = PublicName.objects.filter(user=user).first() or PublicName(user=user)
        if self.own.pk and is_login_name(self.own.name):
            # An account has got it as its login name since.
            self.own.name = ""
        own = self.own.name or _("your public name")
        site = settings.SITE_NAME[:80]
        self.fields["name"].choices = [(self.OWN, own), (site, site)]
        if self.own.name:
            del self.fields["public_name"]
        else:
            # A suggestion, which nobody sees before the person has sent it.
            self.initial["public_name"] = user.get_full_name()[:80]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("name") == self.OWN and "public_name" in cleaned:
            self.own.name = cleaned["public_name"]
            try:
                self.own.full_clean()
            except forms.ValidationError as error:
                self.add_error("public_name", error.messages)
        return cleaned

    def sign(self) -> str:
        """Return the name that the answer is signed with; store a public name that is new."""
        if self.cleaned_data["name"] != self.OWN:
            return self.cleaned_data["name"]
        if self.own.pk:
            self.own.save()
            return self.own.name
        # The person may have answered in another tab meanwhile.
        defaults = {"name": self.own.name}
        return PublicName.objects.get_or_create(user=self.own.user, defaults=defaults)[0].name
