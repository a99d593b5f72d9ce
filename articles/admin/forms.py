from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import publishing
from ..publishing import PublishingError


class ArticleForm(forms.ModelForm):
    """The working copy, and how the next edition is to be pressed."""

    publish_at = forms.SplitDateTimeField(
        label=_("Public from"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Empty: at once, when you press “Save and publish”."),
    )
    publish_until = forms.SplitDateTimeField(
        label=_("Public until"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Empty: without end, or as long as the edition that it replaces."),
    )
    substantive = forms.BooleanField(
        label=_("Substantive update"),
        required=False,
        help_text=_("Readers see a new “updated” date. A mended typo is not one."),
    )
    note = forms.CharField(
        label=_("Public note"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("What the update changes, for readers."),
    )

    PRESS_FIELDS = ("publish_at", "publish_until", "substantive", "note")
    #: Where an editor can mend what a rule of publishing refuses.
    FIELD_OF_RULE = {"order": "publish_until", "overlap": "publish_until", "incomplete": "body"}

    def _post_clean(self):
        """Check, once the instance has the new values, whether it could be pressed like that."""
        super()._post_clean()
        if "_publish" not in self.data or self.errors:
            return
        if self.cleaned_data["substantive"] and not self.cleaned_data["note"]:
            self.add_error("note", _("Please tell readers what the update changes."))
        at, until = (self.cleaned_data.get(name) for name in ("publish_at", "publish_until"))
        try:
            if at and at < timezone.now():
                raise publishing.refusal("past_date")
            self.instance.check_press(at=at, until=until)
        except PublishingError as error:
            self.add_error(self.FIELD_OF_RULE.get(error.code, "publish_at"), error)

    def press_as_asked(self, *, by):
        data = self.cleaned_data
        return self.instance.press(
            by=by,
            at=data["publish_at"],
            until=data["publish_until"],
            substantive=data["substantive"],
            note=data["note"],
        )

    @property
    def content_changed(self) -> bool:
        return not {*self.PRESS_FIELDS, "comments_open", "slug"}.issuperset(self.changed_data)


class WithdrawalForm(forms.Form):
    at = forms.SplitDateTimeField(
        label=_("Public until"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Empty: until now."),
    )
    notice = forms.CharField(
        label=_("Notice of withdrawal"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Readers find it at the article's address, in place of the article."),
    )
