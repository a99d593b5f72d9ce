"""The forms of an article in the admin: its working copy and next edition; its withdrawal."""

import re
from hashlib import sha256

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from common.moment_field import MomentField
from common.text_fields import VisibleFormField

from ..models import Byline, Correction
from ..publishing import waiting
from ..publishing.preflight import editions as preflight
from ..publishing.preflight import levels
from ..publishing.repeating import press_if_new
from ..publishing.telling_readers import changed_facts
from .breach_words import MOST, in_words, place_of
from .choices import MakesChosenRows
from .stale import SeenForm
from .together import HandOverFields, NoteForm

#: The value of the button that publishes although readers are told nothing.
WITHOUT_TELLING = "without-telling"
#: The name of a hidden field: the facts about which the form has asked.
ASKED = "asked_to_tell"


class ArticleForm(MakesChosenRows, HandOverFields, NoteForm, SeenForm):
    """The working copy, the dates and the correction of the next edition, and the hand-over."""

    publish_at = MomentField(
        label=_("Public from"),
        required=False,
        help_text=_("Empty: at once, when you press “Publish”."),
    )
    publish_until = MomentField(
        label=_("Public until"),
        required=False,
        help_text=_("Empty: without end, or as long as the edition that it replaces."),
    )
    correction_kind = forms.ChoiceField(
        label=_("What readers are told"),
        required=False,
        choices=[("", _("nothing: a mended typo moves no date")), *Correction.Kind.choices],
        help_text=_(
            "Becomes public with this edition, with its date, and stays for ever. A retraction "
            "marks the article wherever it stands, and cannot be taken back."
        ),
    )
    correction_text = VisibleFormField(
        label=_("In these words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("What was wrong, or is new, and what is right. At most 1,000 characters."),
    )

    #: The number of takedowns in the article when the form was shown.
    takedowns_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    #: Whether readers had lost the article already when the form was shown.
    withdrawn_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    #: The warnings about which the form has asked, as `_fingerprint` writes them.
    warnings_seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    SEEN = (*SeenForm.SEEN, "takedowns_seen", "withdrawn_seen", "warnings_seen", "handed")
    PRESS_FIELDS = ("publish_at", "publish_until", "correction_kind", "correction_text")
    #: The fields that are no columns.
    OWN_FIELDS = (*PRESS_FIELDS, *HandOverFields.FIELDS, "new_note")

    #: The person whose form it is; the admin sets it.
    by = None
    #: Whether the byline that is sent with the form names anybody; None if none is sent.
    has_byline = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["takedowns_seen"].initial = self._count_takedowns()
        self.fields["withdrawn_seen"].initial = self._is_withdrawn

    def _count_takedowns(self):
        return self.instance.takedowns.count() if self.instance.pk else 0

    def _is_withdrawn(self):
        return waiting.is_withdrawn(self.instance)

    def clean(self):
        """Refuse a form that was shown before a takedown: it would bring the content back."""
        super().clean()
        if (self.cleaned_data.get("takedowns_seen") or 0) != self._count_takedowns():
            raise forms.ValidationError(
                _(
                    "Something in this article was taken down for legal reasons after you had "
                    "opened the form, so your text is not stored. Open the article in another "
                    "window, and make your changes there."
                ),
                code="taken_down",
            )

    def _post_clean(self):
        """For “Publish”, check whether the new values can be published as asked.

        The check comes after `super()`, which gives the instance its new values.
        """
        super()._post_clean()
        if "_publish" not in self.data or self.errors:
            return
        if self.data["_publish"] == WITHOUT_TELLING and not self.cleaned_data["correction_text"]:
            self.cleaned_data["correction_kind"] = ""
        kind, text = (self.cleaned_data[f"correction_{name}"] for name in ("kind", "text"))
        at, until = (self.cleaned_data.get(name) for name in ("publish_at", "publish_until"))
        to_press = preflight.to_press(
            self.instance, at=at, until=until, correction=self.correction(), by_hand=True
        )
        for found in [*preflight.of_correction(kind, text), *to_press]:
            self.add_error(found.field, found.error)
        for found in levels.blocking(self.instance, self.by, has_byline=self.has_byline)[:MOST]:
            self.add_error(found.field, found.error)
        if not self.cleaned_data["withdrawn_seen"] and self._is_withdrawn():
            self._say_that_it_is_withdrawn()
        if not self.errors:
            self._ask_about_warnings()
        if not self.errors and not kind and self.data["_publish"] != WITHOUT_TELLING:
            self._ask_to_tell_readers(at)

    def _say_that_it_is_withdrawn(self):
        """Show the form again: its person did not know that readers have the article no longer."""
        self.data = self.data.copy()
        self.data[self.add_prefix("withdrawn_seen")] = "True"
        words = _(
            "Readers lost this article after you had opened it: it was withdrawn, or its time was "
            "over. Nothing is published yet. Press the button again to publish all the same."
        )
        self.add_error(None, forms.ValidationError(words, code="withdrawn"))

    def _ask_about_warnings(self):
        """Show the form again with what the newsroom warns of, once for the same words.

        The button goes on with what the first press asked for: the form holds it all.
        """
        if not (found := levels.warnings(self.instance, self.by, has_byline=self.has_byline)):
            return
        fingerprint = _fingerprint(found)
        if self.cleaned_data["warnings_seen"] == fingerprint:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("warnings_seen")] = fingerprint
        self.add_error(None, forms.ValidationError(self._question(found), code="warnings"))

    def _question(self, found):
        rows = format_html_join(
            "",
            '<li><a href="#{}">{}</a></li>',
            ((place_of(self, each), each.words) for each in in_words(found)),
        )
        return format_html(
            '{} <ul>{}</ul> <button type="submit" class="quiet" name="_publish" value="{}">'
            "{}</button>",
            _("Nothing is published yet: please look at this first."),
            rows,
            self.data["_publish"],
            _("Publish all the same"),
        )

    def _ask_to_tell_readers(self, at):
        """Show the form again if a fact differs from what readers have, with the correction open.

        The question is asked once: the form has a button that publishes without telling them.
        """
        if not (changes := changed_facts(self.instance, at)):
            return
        words = {"gone": _listed(changes.gone), "came": _listed(changes.came)}
        asked = "{gone} → {came}".format(**words)
        if self.data.get(ASKED) == asked:
            # Whoever was asked has chosen to tell nothing.
            return
        self.add_error(
            "correction_text",
            forms.ValidationError(
                _(
                    "A figure, a name or a date is not what readers have. Should they be told? "
                    "Until now: %(gone)s. From now on: %(came)s."
                ),
                code="tell_readers",
                params=words,
            ),
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("correction_kind")] = Correction.Kind.CORRECTION
        self.fields["correction_text"].widget.attrs["autofocus"] = True
        shown = self["correction_text"]
        shown.help_text = format_html(
            '{} <button type="submit" class="quiet" name="_publish" value="{}">{}</button>'
            '<input type="hidden" name="{}" value="{}">',
            shown.help_text,
            WITHOUT_TELLING,
            _("Publish without telling readers"),
            ASKED,
            asked,
        )

    def press_as_asked(self, *, by):
        """Press the next edition and return it, or None if it would repeat what readers have."""
        data = self.cleaned_data
        return press_if_new(
            self.instance,
            by=by,
            at=data["publish_at"],
            until=data["publish_until"],
            correction=self.correction(),
        )

    def correction(self):
        """Return the correction for the next edition, not saved yet, or None."""
        kind, text = (self.cleaned_data.get(f"correction_{name}") for name in ("kind", "text"))
        return Correction(kind=kind, text=text) if kind and text else None


class BylineForm(MakesChosenRows, forms.ModelForm):
    class Meta:
        model = Byline
        fields = ["author", "role", "position"]


class BylineFormSet(forms.BaseInlineFormSet):
    """The rows of a byline, by what they say: a colleague's save may have replaced the stored rows.

    If a row that the form showed is gone, all are taken as new rows. Otherwise Django would refuse
    the form for a key that nobody can see or mend.
    """

    are_rows_gone = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            rows = [self.add_prefix(n) for n in range(self.initial_form_count())]
            stored = {str(row.pk) for row in self.get_queryset()}
            self.are_rows_gone = not {self.data.get(f"{row}-id") for row in rows} <= stored
        if self.are_rows_gone:
            self.data = self.data.copy()
            for row in rows:
                removed = ("author", "role") if f"{row}-DELETE" in self.data else ()
                for name in ("id", *removed):
                    self.data[f"{row}-{name}"] = ""
            self.data[f"{self.prefix}-INITIAL_FORMS"] = "0"
            # Read from the data before.
            del self.management_form


def has_byline(data) -> bool | None:
    """Say whether the rows of a byline in `data`, a form that was sent, name anybody.

    None if it holds no such rows.
    """
    if "bylines-TOTAL_FORMS" not in data:
        return None
    rows = [name for name in data if re.fullmatch(r"bylines-\d+-author", name) and data[name]]
    return any(name.replace("-author", "-DELETE") not in data for name in rows)


def _fingerprint(found):
    """Return a short text that is the same for the same words at the same places."""
    return sha256("\n".join(map(repr, found)).encode()).hexdigest()


def _listed(words, most=8):
    """Return the first of `words`, as a list in a sentence."""
    return ", ".join([*words[:most], *["…"] * (len(words) > most)]) or "–"


class WithdrawalForm(forms.Form):
    at = MomentField(
        label=_("Public until"),
        required=False,
        help_text=_("Empty: until now."),
    )
    notice = VisibleFormField(
        label=_("Notice of withdrawal"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Readers find it at the article’s address, in place of the article."),
    )
