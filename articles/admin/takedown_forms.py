"""The forms of takedowns: a reason, and the content to suppress."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleFormField

from ..publishing.takedown.passage import ELLIPSIS


def _text_area(rows):
    return forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})


class TakedownForm(forms.Form):
    """The fields that every takedown asks for."""

    reason = VisibleFormField(
        label=_("Legal reason"),
        max_length=1000,
        widget=_text_area(2),
        help_text=_(
            "For the history, such as the court and the number of its order. It is kept for ever: "
            "it must not repeat the content."
        ),
    )


class EditionTakedownForm(TakedownForm):
    class Scope:
        EDITION, COPY, ALL = "edition", "copy", "all"

    scope = forms.ChoiceField(
        label=_("What is erased"),
        widget=forms.RadioSelect,
        initial=Scope.COPY,
        choices=[
            (Scope.COPY, _("this edition and the working copy")),
            (Scope.EDITION, _("only this edition: the working copy is mended and published again")),
            (Scope.ALL, _("the whole article: every edition, and every stored copy")),
        ],
    )
    notice = VisibleFormField(
        label=_("Notice to readers"),
        required=False,
        max_length=1000,
        widget=_text_area(3),
        help_text=_("Readers find it at the article’s address until another edition is public."),
    )

    field_order = ["scope", "notice", "reason"]


class PassageTakedownForm(TakedownForm):
    passage = forms.CharField(
        label=_("Passage"),
        max_length=20_000,
        widget=_text_area(5),
        help_text=_(
            "As plain text. Capitals, accents, spaces, quotation marks and dashes need not be the "
            "same; it may begin in one paragraph and end in another."
        ),
    )
    replacement = forms.CharField(
        label=_("In its place"), initial=ELLIPSIS, max_length=100, required=False
    )

    field_order = ["passage", "replacement", "reason"]
