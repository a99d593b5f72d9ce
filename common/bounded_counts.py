"""Counting no further than anybody reads."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.formats import number_format
from django.utils.functional import cached_property

#: Beyond this, a number of comments is shown as “1,000+”.
MOST = 1000


class Bounded(int):
    """A number up to MOST, which says so where there are more."""

    def __new__(cls, number):
        self = super().__new__(cls, min(number, MOST))
        self.more = number > MOST
        return self

    def __str__(self):
        plain = number_format(int(self), force_grouping=True)
        return f"{plain}+" if self.more else plain


class BoundedQuerySet(models.QuerySet):
    def bounded_count(self) -> Bounded:
        """Count no further than MOST: a table of millions answers as fast as a small one."""
        return Bounded(self.order_by()[: MOST + 1].count())


class BoundedPaginator(Paginator):
    """Pages of the first MOST rows. `COUNT(*)` would read the whole table for each page."""

    @cached_property
    def count(self):
        return self.object_list.bounded_count()
