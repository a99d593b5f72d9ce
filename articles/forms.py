"""The search form for readers."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import chain

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, slug_re
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.invisible import without_controls
from common.text_fields import ShowsTyped

from .models import Edition, Section
from .models.kept_rows import KeptRows
from .models.month import midnight
from .pages import archive
from .search.newest import ResultsPage
from .search.queries import Query
from .text.typography import typeset


class DayInput(forms.DateInput):
    """The browser's own date field; a plain one for words that are no day, so that they stay."""

    input_type = "date"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        typed = context["widget"]["value"]
        if typed and not _is_day(typed):
            context["widget"]["type"] = "text"
        return context


def _is_day(text):
    with suppress(ValueError):
        # Python reads other forms of ISO 8601 too.
        return date.fromisoformat(text).isoformat() == text
    return False


class WordsField(ShowsTyped, forms.CharField):
    """Any words; characters that HTML forbids are no part of them."""

    def to_python(self, value):
        return without_controls(super().to_python(value))


class DayField(ShowsTyped, forms.DateField):
    """An optional day within the limits of the archive, in the browser's own date field."""

    widget = DayInput(format="%Y-%m-%d")
    default_validators = [MinValueValidator(archive.EARLIEST), MaxValueValidator(archive.LATEST)]

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)


class SectionChoices(forms.models.ModelChoiceIterator):
    """The sections that readers choose from, read once until one changes."""

    _sections = KeptRows(
        lambda: tuple(
            (section.slug, typeset(section.name, settings.LANGUAGE_CODE))
            for section in Section.objects.all()
        )
    )

    def __iter__(self):
        return chain([("", self.field.empty_label)], self._sections())


class SectionField(forms.ModelChoiceField):
    """A choice of a section by its slug; a former slug leads to it too."""

    iterator = SectionChoices

    def bound_data(self, data, initial):
        return self._current(super().bound_data(data, initial))

    def to_python(self, value):
        return super().to_python(self._current(value))

    def _current(self, slug):
        if not slug or not slug_re.fullmatch(slug) or self.queryset.filter(slug=slug).exists():
            return slug
        section = Section.with_former_slug(slug)
        return section.slug if section else slug


class SearchForm(forms.Form):
    """The words that a reader searches for, and the section and the days to search in."""

    q = WordsField(
        label=_("Words"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )
    section = SectionField(
        Section.objects.all(),
        label=_("Section"),
        required=False,
        to_field_name="slug",
        empty_label=_("All sections"),
    )
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="search-%s", **kwargs)

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error(
                "until", ValidationError(_("This day is before the first one."), "order")
            )

    @cached_property
    def query(self) -> Query:
        return Query.parse(self.cleaned_data["q"])

    def results(self, *, before, size) -> ResultsPage:
        """Return a page of live editions; the form must be valid and its query not empty."""
        editions = Edition.objects.live()
        if section := self.cleaned_data["section"]:
            editions = editions.filter(section=section)
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return ResultsPage(
            self.query,
            editions,
            since=since and midnight(since),
            until=until and midnight(until + timedelta(days=1)),
            before=before,
            size=size,
        )
