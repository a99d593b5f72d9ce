"""The saving of an article's form: nobody overwrites or publishes what they have not seen.

The form names the version that its person saw (`version`), and the values from which their changes
began (`base`). If a colleague has saved meanwhile, the changes of both are merged. Where both have
changed one field, and before any button that does more than save, a page shows the differences.
"""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property

from ..models import Article
from ..publishing import drafts, snapshots, working_copy
from ..publishing.merging import MINE, THEIRS, Difference, Merge
from ..publishing.preflight.findings import format_moment
from ..text.blocks import as_written
from ..text.cleaner import clean
from ..text.differences import html_differences, text_differences

#: The fields of the form that are no content of the page: a change of one makes no version.
SETTINGS = ("slug", "embargo_until", "comments_open")
PICK = "pick-"


def settings_of(article) -> dict:
    embargo = article.embargo_until
    return {
        "slug": article.slug,
        "embargo_until": embargo and embargo.isoformat(),
        "comments_open": article.comments_open,
    }


def values_of(article) -> dict:
    """Return what the form of `article` edits: its settings, and the snapshot of its content."""
    return {**settings_of(article), **snapshots.snapshot(article)}


def _is_like(name, value, stored) -> bool:
    """Say whether a `value` from a browser is of the kind of the `stored` one of that name."""
    if isinstance(stored, list):
        is_item = _is_credit if name == "bylines" else _is_key
        return isinstance(value, list) and all(map(is_item, value))
    return value is None or type(value) is type(stored) or (stored is None and _is_key(value))


def _is_credit(value) -> bool:
    return isinstance(value, list) and [*map(type, value)] == [int, str] and _is_key(value[0])


def _is_key(value) -> bool:
    return type(value) is int and 0 < value < 2**63


class BaseField(forms.JSONField):
    """What the form showed. It comes from a browser: what is no state of an article is nothing."""

    widget = forms.HiddenInput

    def to_python(self, value):
        return drafts.base_in(value or "")

    def bound_data(self, data, initial):
        return self.to_python(data)


class SeenForm(forms.ModelForm):
    """A form of an article that names what its person saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    base = BaseField(required=False)

    #: The fields that say what was seen, and that nobody edits.
    SEEN = ("version", "base")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # As a callable, so that a form which was sent asks the database for nothing.
            self.fields["version"].initial = self.instance.version
            self.fields["base"].initial = lambda: values_of(self.instance)

    @cached_property
    def changed_data(self):
        """The names of the changed fields, for the history."""
        return [name for name in super().changed_data if name not in self.SEEN]

    def base_values(self, stored) -> dict:
        """Return the values that the form began with, of the kinds of the `stored` ones.

        A missing or broken value counts as changed by both.
        """
        base = self.cleaned_data["base"]
        known = {k: base[k] for k in stored if k in base and _is_like(k, base[k], stored[k])}
        (known,) = snapshots.followed(known)
        if known.get("body") and known["body"] != stored["body"]:
            # It comes from a browser, and the page of differences shows it.
            with suppress(ValidationError):
                return known | {"body": clean(known["body"])}
            del known["body"]
        return known


@dataclass
class Conflicting(Exception):
    """A save that must wait until its person has seen what a colleague has changed."""

    merge: Merge
    stored: working_copy.Stored
    seen: int | None


class MergesStaleSaves:
    """An admin of articles whose form is a `SeenForm`."""

    #: The buttons that do more than save: their words by name.
    moving_buttons = {}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Conflicting as conflicting:
            # The transaction of the save is rolled back.
            return self._show_differences(request, object_id, conflicting)
        except self.model.DoesNotExist:
            # It was deleted while this request waited for its lock.
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.started_by = request.user
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Save an article that exists with its lists and its byline; merge a stale change."""
        article = form.instance
        if not change:
            super().save_related(request, form, formsets, change)
            article.revisions.record(article, snapshots.snapshot(article), by=request.user)
            return
        mine = self._sent(form, formsets)
        before = working_copy.begin(article)
        stored = Article.objects.get(pk=article.pk)
        theirs = {**settings_of(stored), **before.content}
        base = form.base_values(theirs)
        article.body = mine["body"] = as_written(article.body, base.get("body") or "")
        seen = form.cleaned_data.get("version")
        is_current = base == theirs and seen == before.version
        if is_current and mine == theirs:
            self._leave_alone(formsets)
            return
        if is_current and not any(getattr(each, "are_rows_gone", False) for each in formsets):
            super().save_model(request, article, form, change)
            super().save_related(request, form, formsets, change)
        else:
            written = {"body": as_written(theirs["body"], base.get("body") or "")}
            merge = Merge(base, mine, theirs | written, self._picks(request))
            if merge.to_pick or (self._pressed(request) and _unread(article, seen, request.user)):
                raise Conflicting(merge, before, seen)
            article.refresh_from_db()
            values = merge.merged()
            values["body"] = as_written(values["body"], theirs["body"])
            if values != theirs:
                self._write(article, values)
            self._leave_alone(formsets)
        changed = working_copy.end(article, before, by=request.user)
        if not changed and settings_of(article)["embargo_until"] != theirs["embargo_until"]:
            # The next edition will have it.
            article.return_to_draft_after_edit(by=request.user)

    def _pressed(self, request):
        """Return the name and the words of the button, if it does more than save."""
        buttons = self.moving_buttons.items()
        return next((each for each in buttons if each[0] in request.POST), None)

    @staticmethod
    def _picks(request):
        sent = request.POST.items()
        return {name.removeprefix(PICK): pick for name, pick in sent if name.startswith(PICK)}

    @staticmethod
    def _sent(form, formsets):
        """Return the values that were sent, cleaned, by the names of `values_of`.

        Rows that were only named, such as a new topic, are made first.
        """
        form.make_rows()
        article, sent = form.instance, form.cleaned_data
        values = {**settings_of(article), **snapshots.columns(article)}
        for name in snapshots.LISTS:
            rows = sent[name] if name in sent else getattr(article, name).all()
            values[name] = sorted(row.pk for row in rows)
        for formset in formsets:
            if formset.prefix == "bylines":
                values["bylines"] = _credits(formset)
        return values

    @staticmethod
    def _write(article, values):
        content = {**values}
        article.slug, article.comments_open = content.pop("slug"), content.pop("comments_open")
        embargo = content.pop("embargo_until")
        article.embargo_until = embargo and parse_datetime(embargo)
        snapshots.write(article, content)

    @staticmethod
    def _leave_alone(formsets):
        """Tell the admin's log that no row was saved by a formset."""
        for formset in formsets:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []

    def _show_differences(self, request, object_id, conflicting):
        article = self.get_object(request, object_id)
        merge = conflicting.merge
        others = list(article.revisions.after(conflicting.seen or 0).select_related("by"))
        context = {
            **self.admin_site.each_context(request),
            "title": article.headline,
            "opts": self.opts,
            "original": article,
            "media": self.media,
            "others": others,
            "colleague": others[0].by if len({each.by_id for each in others}) == 1 else None,
            "to_pick": _shown(merge.shown),
            "theirs_alone": _shown(merge.theirs_alone),
            "sent": self._to_send_again(request, conflicting),
            "button": next(
                (each for each in self.moving_buttons.items() if each[0] in request.POST), None
            ),
            "mine": MINE,
            "theirs": THEIRS,
        }
        return TemplateResponse(
            request,
            "admin/articles/article/stale.html",
            context,
            status=HTTPStatus.CONFLICT,
        )

    def _to_send_again(self, request, conflicting):
        """Return the (name, value) pairs to send again, with the version that is seen by now."""
        left_out = {"csrfmiddlewaretoken", "version", "_save", "_continue", *self.moving_buttons}
        pairs = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in left_out and not name.startswith(PICK)
            for value in values
        ]
        return [*pairs, ("version", conflicting.stored.version)]


def _unread(article, seen, user) -> bool:
    """Say whether somebody else than `user` has changed the article since the version `seen`."""
    return seen is None or article.revisions.after(seen).exclude(by=user).exists()


def _credits(formset):
    """Return the byline that a formset holds, as in a snapshot."""
    kept = [
        form
        for form in formset.forms
        if form.cleaned_data.get("author") and not form.cleaned_data.get("DELETE")
    ]
    for form in kept:
        form.make_rows()
    rows = [
        (form.cleaned_data.get("position") or 0, place, form.cleaned_data)
        for place, form in enumerate(kept)
    ]
    return [
        [data["author"].pk, data["role"]]
        for _position, _place, data in sorted(rows, key=lambda row: row[:2])
    ]


@dataclass(frozen=True)
class ShownDifference:
    """A difference as the page shows it: what each of the two has made of the field."""

    difference: Difference

    @property
    def name(self):
        return PICK + self.difference.key

    @property
    def label(self):
        return snapshots.label(self.difference.field)

    @property
    def pick(self):
        """The choice that is ticked: of the one who changed it."""
        return self.difference.only_changed_by

    @property
    def mine(self):
        return self._marked(self.difference.mine)

    @property
    def theirs(self):
        return self._marked(self.difference.theirs)

    def _marked(self, value):
        field, base = self.difference.field, self.difference.base
        if field == "body":
            return html_differences(base or "", value or "")
        return text_differences(_words(field, base), _words(field, value))


def _shown(differences) -> list:
    """Return the differences in the order of a page: the headline, the standfirst, the text."""
    names = ["kicker", "headline", "standfirst", "bylines", "dateline", "body"]
    places = {name: place for place, name in enumerate(names)}
    ordered = sorted(differences, key=lambda each: places.get(each.field, len(places)))
    return [ShownDifference(each) for each in ordered]


def _words(name, value) -> str:
    if name == "embargo_until":
        # What the form showed comes from a browser, and may be no moment.
        with suppress(ValueError, OverflowError):
            moment = value and parse_datetime(value)
            return format_moment(moment) if moment else ""
        return ""
    return snapshots.in_words(name, value)
