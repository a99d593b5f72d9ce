"""Fields in which rows are chosen by typing their names, and made where there are none yet.

The widgets are Django's, which search on the server, with a script of ours (`fields.js`). A field
takes keys, and names after one of two signs:

- `new:`: the row that is called so; it is made if there is none, and the user may add one. The
  script's option “Make the topic …” sends it, and so does the plain field that a browser without
  scripts shows.
- `left:`: what was typed into the script's field, and left there. A row that is called so is taken,
  but none is made, since nobody asked for that.
"""

from functools import partial

from django import forms
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.addresses import with_own_paths
from common.admin import ROW_KEY
from common.folding import fold
from common.search.admin import LabelsChoices

from ..models import Author, FormerKey, Series, Topic
from ..models.former_slug import HasSlug

NEW, LEFT = "new:", "left:"

#: The models whose rows may be made by their name alone, with the words of the option.
MADE_BY_NAME: dict[type, Promise] = {
    Topic: _("Make the topic “%s”"),
    Series: _("Make the series “%s”"),
    Author: _("Make the author “%s”"),
}


def _is_key(value):
    return bool(ROW_KEY.fullmatch(str(value)))


def _is_name(value):
    return isinstance(value, str) and value.startswith((NEW, LEFT))


def typed_name(value) -> str:
    """Return the name that was typed in place of a key; nothing if `value` is a key."""
    return value.partition(":")[2].strip() if _is_name(value) else ""


# --- Widgets ------------------------------------------------------------------------------------


class _TypedChoice:
    """A select of Django's that searches on the server, and beside it a field for names."""

    make_words = ""

    @property
    def media(self):
        return forms.Media(
            css={"all": ["css/admin/fields.css"]},
            js=[Script("js/writing/fields.js", type="module")],
        )

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs)
        # Django's own script would take a select of its class.
        attrs["class"] = attrs["class"].replace("admin-autocomplete", "").strip()
        return {name: value for name, value in attrs.items() if name not in _OF_SELECT2}

    def render(self, name, value, attrs=None, renderer=None):
        values = value if isinstance(value, list) else [value]
        left = [one.removeprefix(LEFT) for one in values if _is_name(one) and one.startswith(LEFT)]
        context = {
            "select": super().render(name, value, attrs, renderer),
            "name": name,
            "id": (attrs or {}).get("id"),
            "left": "\n".join(left),
            "is_multiple": self.allow_multiple_selected,
            "make_words": self.make_words,
            "remove_words": _("Remove “%s”"),
        }
        return render_to_string("admin/widgets/choice.html", context)

    def optgroups(self, name, value, attrs=None):
        keys = [str(one) for one in value if ROW_KEY.fullmatch(str(one))]
        groups = super().optgroups(name, keys, attrs)
        options = groups[0][1]
        for one in value:
            if _is_name(one) and one.startswith(NEW):
                label = one.removeprefix(NEW)
                options.append(self.create_option(name, one, label, {one}, len(options)))
        return groups

    def _typed_names(self, data, name):
        new = [f"{NEW}{line.strip()}" for line in data.get(f"{name}_names", "").splitlines()]
        left = [f"{LEFT}{data.get(f'{name}_left', '').strip()}"]
        return [typed for typed in [*new, *left] if typed not in (NEW, LEFT)]


#: Settings for Django's script, which ours does not need.
_OF_SELECT2 = {"data-theme", "data-ajax--cache", "data-ajax--delay", "data-ajax--type", "lang"}


class TypedSelect(_TypedChoice, AutocompleteSelect):
    def value_from_datadict(self, data, files, name):
        return next(
            iter(self._typed_names(data, name)), super().value_from_datadict(data, files, name)
        )


class TypedSelectMultiple(_TypedChoice, AutocompleteSelectMultiple):
    def value_from_datadict(self, data, files, name):
        chosen = super().value_from_datadict(data, files, name) or []
        return [*chosen, *self._typed_names(data, name)]

    def value_omitted_from_data(self, data, files, name):
        return False


# --- Fields -------------------------------------------------------------------------------------


class FollowsMerges:
    """Mixin for a field that chooses rows by key: one that was merged since is where it is now.

    A form may have been open, or its text unsaved, since before the merge.
    """

    def bound_data(self, data, initial):
        # What the form shows again: no widget shows a row that is gone.
        return self._followed(super().bound_data(data, initial))

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            now = self._followed(value)
            if now == value:
                raise
            return super().to_python(now)

    def _followed(self, value):
        keys = value if isinstance(value, list) else [value]
        former = [int(key) for key in keys if _is_key(key)]
        model = self.queryset.model
        now = FormerKey.objects.followed({model: former})
        if not now:
            return value
        keys = [now.get((model, int(key)), key) if _is_key(key) else key for key in keys]
        return keys if isinstance(value, list) else keys[0]


class ChosenFromAll(FollowsMerges, forms.ModelChoiceField):
    """A choice from all rows of a short list, such as the sections."""


class _ChosenByName(FollowsMerges):
    """A field that chooses rows by key or by name.

    A row with a new name is made when the form is saved (`MakesChosenRows`): until then it is an
    object that is not stored.
    """

    def __init__(self, *args, search, may_make, **kwargs):
        super().__init__(*args, **kwargs)
        self.search, self.may_make = search, may_make

    def named(self, value):
        """Return the row that `value` names, stored or not."""
        name = " ".join(value.partition(":")[2].split())
        if row := self.called(name):
            return row
        if not self.may_make:
            # A part of the name is enough, or an address, where only one row has it.
            found = list(self._found(name)[:2])
            if len(found) == 1:
                return found[0]
        model = self.queryset.model
        if value.startswith(NEW) and self.may_make:
            return self._unsaved(model(name=name), name)
        what = {"name": name, "model": model._meta.verbose_name}
        if model in MADE_BY_NAME and not self.may_make:
            words = _("There is no %(model)s “%(name)s”, and you may not add one.")
        elif self.may_make:
            words = _("“%(name)s” is only typed: choose it from the list, or make it there.")
        else:
            words = _("“%(name)s” is not found, or is not the only one: choose from the list.")
        raise ValidationError(words, code="no_such_name", params=what)

    def called(self, name):
        """Return the stored row with this name, whatever its accents and capitals, or address."""
        sought = {fold(name), with_own_paths(name)}
        found = self._found(name)[:_MOST_FOUND]
        same = [row for row in found if {fold(str(row)), getattr(row, "path", None)} & sought]
        if len(same) > 1:
            raise ValidationError(
                _("Several are called “%(name)s”: choose from the list."),
                code="several",
                params={"name": name},
            )
        return same[0] if same else None

    def _found(self, name):
        found, _may_repeat = self.search(self.queryset.all(), name.replace('"', " "))
        return found

    @staticmethod
    def _unsaved(row, name):
        try:
            row.full_clean()
        except ValidationError as refused:
            raise ValidationError(
                [
                    ValidationError(
                        _("“%(name)s” cannot be made: %(why)s"),
                        code="not_made",
                        params={"name": name, "why": why},
                    )
                    for why in refused.messages
                ]
            ) from refused
        return row

    def stored(self, row):
        """Store `row`, unless there is such a row by now; return the one that is stored."""
        if row.pk:
            return row
        if same := self.called(row.name):
            return same
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            # Somebody else has made it since.
            if same := self.called(row.name):
                return same
            raise
        return row


#: The most rows that are compared with a name: all words of the name are in each of them.
_MOST_FOUND = 200


class ChosenByName(_ChosenByName, forms.ModelChoiceField):
    def to_python(self, value):
        return self.named(value) if _is_name(value) else super().to_python(value)


class ManyChosenByName(_ChosenByName, forms.ModelMultipleChoiceField):
    def clean(self, value):
        names = [one for one in value or [] if _is_name(one)]
        if not names:
            return super().clean(value)
        keys = [one for one in value if not _is_name(one)]
        rows = list(super().clean(keys)) if keys else []
        for row in map(self.named, names):
            if row not in rows and fold(str(row)) not in {fold(str(r)) for r in rows if not r.pk}:
                rows.append(row)
        return rows

    def _check_values(self, value):
        # A longer number is no key of a row, and SQLite fails on it.
        for key in value:
            if not _is_key(key):
                words = self.error_messages["invalid_pk_value"]
                raise ValidationError(words, code="invalid_pk_value", params={"pk": key})
        try:
            return super()._check_values(value)
        except ValidationError:
            now = self._followed(value)
            if now == value:
                raise
            return super()._check_values(now)


class MakesChosenRows:
    """Mixin for a ModelForm: stores the rows with new names, in the transaction of its save."""

    def _new_rows(self):
        """Return the rows that are not stored, by the names of their fields."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields.get(name), ChosenByName) and value and not value.pk
        }

    def _get_validation_exclusions(self):
        # The foreign key has no value yet.
        return {*super()._get_validation_exclusions(), *self._new_rows()}

    def make_rows(self):
        """Store the rows with new names. Call it in the transaction of the save."""
        self._make_single_rows()
        for name, rows in self.cleaned_data.items():
            field = self.fields.get(name)
            if isinstance(field, ManyChosenByName) and isinstance(rows, list):
                self.cleaned_data[name] = [field.stored(row) for row in rows]

    def _make_single_rows(self):
        for name, row in self._new_rows().items():
            self.cleaned_data[name] = self.fields[name].stored(row)
            setattr(self.instance, name, self.cleaned_data[name])

    def save(self, commit=True):
        self._make_single_rows()
        return super().save(commit)

    def _save_m2m(self):
        self.make_rows()
        super()._save_m2m()


# --- Admins -------------------------------------------------------------------------------------


class ChoosesByName(LabelsChoices):
    """Mixin for a ModelAdmin or an inline: its `autocomplete_fields` choose by typing.

    They have no icons beside them: of the pop-up windows that these open, one deletes the row. The
    form is a `MakesChosenRows`.
    """

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs = self._by_name(db_field, request, ChosenByName, TypedSelect) | kwargs
        if issubclass(db_field.remote_field.model, HasSlug):
            kwargs.setdefault("form_class", ChosenFromAll)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs = self._by_name(db_field, request, ManyChosenByName, TypedSelectMultiple) | kwargs
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _by_name(self, db_field, request, form_class, widget_class):
        if db_field.name not in self.get_autocomplete_fields(request):
            return {}
        model = db_field.remote_field.model
        model_admin = self.admin_site.get_model_admin(model)
        may_make = model in MADE_BY_NAME and model_admin.has_add_permission(request)
        widget = widget_class(db_field, self.admin_site)
        if may_make:
            widget.make_words = MADE_BY_NAME[model]
        return {
            "form_class": form_class,
            "widget": widget,
            "search": partial(model_admin.get_search_results, request),
            "may_make": may_make,
        }
