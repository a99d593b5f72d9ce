"""Counts and pages that stop at `MOST` rows, because nobody reads further."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.formats import number_format
from django.utils.functional import cached_property

#: The highest number that is counted. A higher one is shown as “1,000+”.
MOST = 1000


class Bounded(int):
    """A number of at most MOST. If there are more, `more` is True and the text ends with “+”."""

    def __new__(cls, number):
        self = super().__new__(cls, min(number, MOST))
        self.more = number > MOST
        return self

    def __str__(self):
        plain = number_format(int(self), force_grouping=True)
        return f"{plain}+" if self.more else plain


class BoundedQuerySet(models.QuerySet):
    def bounded_count(self) -> Bounded:
        """Count the rows up to MOST, so that a table of millions is as fast as a small one."""
        return Bounded(self.order_by()[: MOST + 1].count())


class BoundedPaginator(Paginator):
    """Pages of the first MOST rows. `COUNT(*)` would read the whole table for each page."""

    @cached_property
    def count(self):
        return self.object_list.bounded_count()
