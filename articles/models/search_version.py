"""The version of the search index in this database."""

from django.db import models


class SearchVersion(models.Model):
    """The version of the code that wrote the search index (`search.index.VERSION`).

    The table has one row, or none while the index has still to be written.
    """

    number = models.PositiveIntegerField()

    class Meta:
        # Only code reads and writes this row, so no user needs a permission.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="search_version_is_one")
        ]

    def __str__(self):
        return str(self.number)
