"""What colleagues tell each other about an article: who has it, until when, and notes.

None of it is content. Each button has an address of its own, so it acts at once, whether a script
sends its fields or the browser the whole form; then the form is shown again with all that was
typed. Whoever saves instead stores all of it with the text.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.labels import labelled
from common.moment_field import MomentField
from common.moment_text import text_of
from common.text_fields import VisibleFormField

from ..models import Mention, Note
from ..models.note import people_mentioned
from ..publishing import drafts, handover
from ..publishing.drafts import Typed
from ..publishing.preflight.findings import PublishingError, format_moment

#: In the query of an address: a script asks, and wants no page.
AT_ONCE = "at-once"


class Colleagues(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return handover.name_of(person)


def _words(label, rows, help_text=""):
    area = forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})
    limit = Note.LONGEST
    return VisibleFormField(
        label=label, required=False, max_length=limit, widget=area, help_text=help_text
    )


class NoteForm(forms.Form):
    new_note = _words(
        _("New note"), 3, _("Only the newsroom sees notes. @ and a login name asks that colleague.")
    )

    def clean_new_note(self):
        text = self.cleaned_data["new_note"]
        people_mentioned(text)
        return text

    def save_note(self, article, *, by):
        if text := self.cleaned_data.get("new_note"):
            Note.objects.add(article, text, by=by)


class HandOverFields(forms.Form):
    """Mixin for a form of the article `instance`: who has it, and until when.

    `handed` holds what the form showed of both.
    """

    with_whom = Colleagues(label=_("With"), required=False, queryset=None, empty_label=_("nobody"))
    due = MomentField(label=_("Due"), required=False)
    move_note = _words(
        _("Word to whoever gets it"), 2, _("Goes with the hand-over, or with the button you press.")
    )
    handed = forms.CharField(required=False, widget=forms.HiddenInput)

    FIELDS = ("with_whom", "due", "move_note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = handover.colleagues()
        if self.instance.assignee_id:
            # A colleague who has left since stays until somebody chooses another.
            known = Q(pk__in=people.values("pk")) | Q(pk=self.instance.assignee_id)
            people = people.model.objects.filter(known)
        self.fields["with_whom"].queryset = people
        values = shown(self.instance)
        if self.is_bound and self.add_prefix("handed") not in self.data:
            # A draft holds neither: they are as they are stored.
            kept = {self.add_prefix(n): values[n] for n in ("with_whom", "due", "handed")}
            self.data = self.data.copy()
            for name, value in kept.items():
                self.data[name] = value
        for name, value in values.items():
            self.fields[name].initial = value

    def clean_move_note(self):
        text = self.cleaned_data["move_note"]
        people_mentioned(text)
        return text

    def clean(self):
        """Refuse to overwrite what a colleague has handed over since the form was shown."""
        super().clean()
        fresh = shown(self.instance)["handed"]
        if self._changes() and self.cleaned_data["handed"] != fresh:
            self.add_error("with_whom", handover.overtaken(self.instance).error)
            # Whoever presses again has read that.
            self.data = self.data.copy()
            self.data[self.add_prefix("handed")] = fresh

    def _changes(self) -> dict:
        """Return what the person changed, by the names of columns."""
        data = self.cleaned_data
        if not data.get("handed") or not {"with_whom", "due"} <= data.keys():
            return {}
        who, _bar, due = data["handed"].partition("|")
        person = data["with_whom"]
        changed = {}
        if (str(person.pk) if person else "0") != who:
            changed["assignee"] = person
        if (text_of(data["due"]) if data["due"] else "") != due:
            changed["due_at"] = data["due"]
        return changed

    def hand_over(self, *, by, note="") -> bool:
        """Hand the article over as asked; say whether that changed anything."""
        if not (changes := self._changes()):
            return False
        seen = {name: getattr(self.instance, name) for name in handover.ENDED}
        return handover.hand_over(self.instance, changes, by=by, note=note, seen=seen)


class HandOverForm(HandOverFields):
    """The hand-over by itself."""

    def __init__(self, data, *, instance):
        self.instance = instance
        super().__init__(data)


def shown(article) -> dict:
    """Return what the form shows of `article`, by field."""
    due = text_of(article.due_at) if article.due_at else ""
    who = article.assignee_id or ""
    return {"with_whom": who, "due": due, "move_note": "", "handed": f"{who or 0}|{due}"}


class WorksTogether:
    """Mixin for the ModelAdmin of articles, whose form has `HandOverFields` and is a `NoteForm`."""

    together_fieldset = (
        _("Hand-over and notes"),
        {"fields": [*HandOverFields.FIELDS, "new_note"], "classes": ["together"]},
    )

    def get_urls(self):
        views = {
            "hand-over": (self.hand_over_view, "hand_over"),
            "notes": (self.note_view, "note"),
            "notes/seen": (self.seen_view, "notes_seen"),
        }
        return [
            *(
                path(
                    f"<int:pk>/{route}/",
                    self.admin_site.admin_view(require_POST(view)),
                    name=f"articles_article_{name}",
                )
                for route, (view, name) in views.items()
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            form = context["adminform"].form
            may_write = self.has_change_permission(request, obj)
            context |= thread_of(obj, request.user)
            names = [*HandOverFields.FIELDS, "new_note"] if may_write else []
            fields = {name: AdminField(form, name, False) for name in names}
            if self._may_add_note(request, obj) and not may_write:
                fields["new_note"] = AdminField(NoteForm(), "new_note", False)
            context["together"] = fields
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- Saving with the text -------------------------------------------------------------------

    def save_together(self, request, form, move=None):
        """Store what the form holds of the hand-over and the notes, and make the `move`, if any.

        The note goes with the move, or else with the hand-over; without either, it is a note.
        """
        article, user = form.instance, request.user
        note = form.cleaned_data.get("move_note", "")
        form.save_note(article, by=user)
        try:
            is_used = form.hand_over(by=user, note="" if move else note)
            if move:
                is_used = move(note)
        except PublishingError as error:
            is_used = False
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        if note and not is_used:
            Note.objects.add(article, note, by=user)

    # --- At once --------------------------------------------------------------------------------

    def hand_over_view(self, request, pk):
        """Hand the article over. Nothing else of the form is stored."""
        article = self._article(request, pk, self.has_change_permission)
        form = HandOverForm(request.POST, instance=article)
        words = gettext("Nothing was changed.")
        if form.is_valid():
            note = form.cleaned_data["move_note"]
            try:
                with transaction.atomic():
                    if form.hand_over(by=request.user, note=note):
                        words = _said(article)
                    elif note:
                        Note.objects.add(article, note, by=request.user)
                        words = gettext("Your word is among the notes.")
            except PublishingError as error:
                form.add_error("with_whom", error)
        return self._tell(request, article, form, words, HandOverFields.FIELDS)

    def note_view(self, request, pk):
        """Add a note. Nothing else of the form is stored."""
        article = self._article(request, pk, self._may_add_note)
        form = NoteForm(request.POST)
        if form.is_valid() and not form.cleaned_data["new_note"]:
            form.add_error("new_note", ValidationError(_("Please write a note."), code="required"))
        if form.is_valid():
            form.save_note(article, by=request.user)
        return self._tell(request, article, form, gettext("The note is added."), ["new_note"])

    def seen_view(self, request, pk):
        """Mark the mentions of the person in the notes on the article as seen."""
        article = self._article(request, pk, self.has_view_permission)
        Mention.objects.settle(article, request.user)
        form = forms.Form(request.POST)
        return self._tell(request, article, form, gettext("Marked as seen."), [])

    def _may_add_note(self, request, article):
        """Say whether the person writes at the article, or reads it and is asked something."""
        if self.has_change_permission(request, article):
            return True
        asked = Mention.objects.waiting_for(request.user).filter(note__article=article)
        return self.has_view_permission(request, article) and asked.exists()

    def _article(self, request, pk, has_permission):
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not has_permission(request, article):
            raise PermissionDenied
        return article

    def _tell(self, request, article, form, words, names):
        """Answer a script, or show the page again with all that was typed but `names`, if stored.

        What is refused is shown again too.
        """
        errors = [
            labelled(form.fields[name].label, error)
            for name in names
            for error in form.errors.get(name, ())
        ]
        fresh = shown(article)
        if AT_ONCE in request.GET:
            if errors:
                answer = {"error": " ".join(errors), "field": next(iter(form.errors))}
                # What was refused for a colleague's act has been read by then.
                return JsonResponse({**answer, "handed": fresh["handed"]}, status=422)
            thread = render_to_string(
                "admin/articles/article/_thread.html",
                {"article": article, **thread_of(article, request.user)},
                request,
            )
            return JsonResponse({"words": words, "thread": thread, "fields": fresh})
        form_again = "headline" in request.POST and self.has_change_permission(request, article)
        if form_again or any(request.POST.get(name) for name in names):
            said = [(error, messages.ERROR) for error in errors] or [(words, messages.SUCCESS)]
            for each, level in said:
                self.message_user(request, each, level)
        if not form_again:
            address = reverse("admin:articles_article_change", args=[article.pk])
            return HttpResponseRedirect(f"{address}#fold-together")
        values = dict(request.POST.lists())
        if not errors:
            emptied = {**fresh, "new_note": ""}
            stored = [*names, "handed"] if "with_whom" in names else names
            values |= {name: [str(emptied[name])] for name in stored}
        elif "with_whom" in form.errors:
            values["handed"] = [fresh["handed"]]
        request.typed = Typed.of(values, taken_up=drafts.names_in(request.POST, "taken_up"))
        # The form is shown as for a GET, so nothing can be stored.
        request.method = "GET"
        return self.changeform_view(request, str(article.pk))


def thread_of(article, user) -> dict:
    """Return the notes on `article`, the last word of a hand-over, and what waits for `user`."""
    spoken = article.events.filter(kind__in=["moved", "handed_over"]).exclude(note="")
    return {
        "notes": article.notes.select_related("by"),
        "due_in_words": handover.due_in_words(article) if article.due_at else "",
        "last_word": spoken.select_related("by").first(),
        "is_mentioned": Mention.objects.waiting_for(user).filter(note__article=article).exists(),
    }


def _said(article) -> str:
    words = {"name": handover.name_of(article.assignee)}
    if article.due_at:
        words["due"] = format_moment(article.due_at)
        return gettext("The article is with %(name)s, due: %(due)s.") % words
    return gettext("The article is with %(name)s.") % words
