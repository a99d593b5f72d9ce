"""The authority of the permanent names in feeds: the address that the site had at first."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from common.addresses import tag_uri
from common.compiled_queries import compiled


class NamingAuthorityManager(models.Manager):
    def remember(self):
        """Store the site's address, unless one is stored already.

        Call it in the transaction that may make something public for the first time.
        """
        self.bulk_create([self._of_today()], ignore_conflicts=True)

    def current(self):
        """Return the authority; while nothing has been pressed, that of today, not stored."""
        return next(iter(_stored()), None) or self._of_today()

    def _of_today(self):
        return self.model(pk=1, site_url=settings.SITE_URL, time_zone=settings.TIME_ZONE)


class NamingAuthority(models.Model):
    """The address of the site when its first article was pressed; the table has one row or none.

    Feeds name their entries with it (a tag URI, RFC 4151, or an address). A program that reads
    feeds takes an entry with another name for a new one. So the names stay the same when the site
    moves to `www`, to another domain or to another time zone.
    """

    site_url = models.CharField(max_length=300)
    #: A tag URI holds a date.
    time_zone = models.CharField(max_length=100)

    objects = NamingAuthorityManager()

    class Meta:
        # Only code reads and writes this row, so no user needs a permission.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="naming_authority_is_one")
        ]

    def __str__(self):
        return self.site_url

    def name(self, since, name: str) -> str:
        """Return the permanent name of a thing that is public since the instant `since`."""
        return tag_uri(self.site_url, since.astimezone(ZoneInfo(self.time_zone)), name)


@compiled
def _stored():
    return NamingAuthority.objects.order_by("pk")[:1]
