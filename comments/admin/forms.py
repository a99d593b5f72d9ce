"""The forms of moderators, and what comes with each: when the page was seen, and the reason."""

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.options import ActionLocation
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..forms import LONGEST_COMMENT
from ..moderation.reasons import Reason
from ..moderation.states import Moderation
from ..writing import text


def seen_at(request):
    """Return when the moderator's page was shown; for an odd value long ago, before any decision.

    So a page that does not say when it was shown can decide, but never run over a decision.
    """
    for name in ("seen_at", f"{ActionLocation.CHANGE_FORM.value}-seen_at"):
        try:
            moment = datetime.fromisoformat(request.POST[name])
            if timezone.is_aware(moment):
                return moment.astimezone(UTC)
        except (KeyError, ValueError, OverflowError):
            continue
    return datetime.min.replace(tzinfo=UTC)


class SeenForm(ActionForm):
    """What goes with an action: when the page was shown, and the reason of a rejection."""

    seen_at = forms.CharField(
        label="",
        required=False,
        widget=forms.HiddenInput,
        initial=lambda: timezone.now().isoformat(),
    )
    reason = forms.ChoiceField(
        label=_("Reason, if rejected"),
        choices=Reason.choices,
        required=False,
        initial=Reason.OTHER,
    )


def reason_given(request) -> str:
    """Return the reason that a list's or a form's action came with, or “other”."""
    for name in ("reason", f"{ActionLocation.CHANGE_FORM.value}-reason"):
        if (code := request.POST.get(name)) in Reason.values:
            return code
    return Reason.OTHER


#: Only its writer takes a comment back.
DECISIONS = [choice for choice in Moderation.choices if choice[0] != Moderation.WITHDRAWN]


class DecisionForm(forms.Form):
    """One decision of the queue. Each reason is a button that rejects, so it needs no other."""

    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.ChoiceField(choices=Reason.choices, required=False)
    note = forms.CharField(label=_("Note for colleagues"), max_length=500, required=False)

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
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_text(self):
        if typed := text.normalise(self.cleaned_data["text"]):
            return typed
        raise forms.ValidationError(self.fields["text"].error_messages["required"])


class EditForm(_TextForm):
    note = forms.CharField(label=_("Note for colleagues"), max_length=500, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="edit-%s", **kwargs)


class AnswerForm(_TextForm):
    name = forms.ChoiceField(label=_("Signed"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, auto_id="answer-%s", **kwargs)
        names = [user.get_full_name() or user.get_username(), settings.SITE_NAME]
        self.fields["name"].choices = [(name[:80], name[:80]) for name in dict.fromkeys(names)]
        self.initial["name"] = names[0][:80]
