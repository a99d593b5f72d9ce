"""Counts and pages that stop at `COUNT_LIMIT` rows, because nobody reads further."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.formats import number_format
from django.utils.functional import cached_property

#: The highest number that is counted. A higher one is shown as “1,000+”.
COUNT_LIMIT = 1000


class BoundedCount(int):
    """A number of at most COUNT_LIMIT.

    If there are more, `is_truncated` is True and the text ends with “+”.
    """

    def __new__(cls, number):
        self = super().__new__(cls, min(number, COUNT_LIMIT))
        self.is_truncated = number > COUNT_LIMIT
        return self

    def __str__(self):
        plain = number_format(int(self), force_grouping=True)
        return f"{plain}+" if self.is_truncated else plain


def bounded_count(rows) -> BoundedCount:
    """Count the rows of a queryset, up to COUNT_LIMIT: a large table is as fast as a small one."""
    return BoundedCount(rows.order_by()[: COUNT_LIMIT + 1].count())


class BoundedQuerySet(models.QuerySet):
    def bounded_count(self) -> BoundedCount:
        return bounded_count(self)


class BoundedPaginator(Paginator):
    """Pages of the first COUNT_LIMIT rows. `COUNT(*)` would read the whole table for each page."""

    @cached_property
    def count(self):
        return bounded_count(self.object_list)
