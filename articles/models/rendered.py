"""How a picture is cropped, and what of it is still to be made: the row is its place in the queue.

A task only wakes a worker up. Whoever claims the row makes the whole set (`articles.renditions`).
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

#: The ratio of a picture that is not cropped.
OWN_RATIO = ""
#: Raised when renditions are made otherwise (then also make those of all pictures due).
RECIPE = 1
#: How long one worker may take over one picture; the largest takes some five seconds.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
#: The columns that only workers write, once a picture is there.
WORKERS_OWN = ("rendition_set", "renditions_due_at", "renditions_attempts")


class RenderedQuerySet(models.QuerySet):
    def renditions_due(self):
        """Return the pictures whose renditions are to be made, and that no worker has in hand.

        One that is due later than any wait of ours is due as well: the clock was set back.
        """
        now = timezone.now()
        return self.filter(Q(renditions_due_at__lte=now) | Q(renditions_due_at__gt=now + 2 * LEASE))


class Rendered:
    """The part of `Image` that knows its crops, and which of its renditions exist."""

    # --- Crops ------------------------------------------------------------------------------

    @property
    def is_upright(self) -> bool:
        return self.height > self.width

    @property
    def is_transparent(self) -> bool:
        """`images.reencode` writes PNG for what has transparency, and for nothing else."""
        return self.file.name.endswith(".png")

    def crop_size(self, ratio=OWN_RATIO) -> tuple[int, int]:
        """Return width and height, in pixels, of the largest part that has `ratio` ("3:2")."""
        if not ratio:
            return self.width, self.height
        across, down = map(int, ratio.split(":"))
        if self.width * down > self.height * across:
            return max(1, round(self.height * across / down)), self.height
        return self.width, max(1, round(self.width * down / across))

    def crop_box(self, ratio=OWN_RATIO) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of the part that is shown at `ratio`.

        As CSS's `object-position` does: the focal point stands at the same share of the crop as of
        the whole picture, so it is always within.
        """
        width, height = self.crop_size(ratio)
        left = round((self.width - width) * self.focal_x / 100)
        top = round((self.height - height) * self.focal_y / 100)
        return left, top, left + width, top + height

    # --- Renditions -------------------------------------------------------------------------

    @property
    def wanted_set(self) -> str:
        return f"{RECIPE}-{self.focal_x}-{self.focal_y}"

    @property
    def rendition_folder(self) -> str:
        return self.file.name.rpartition(".")[0]

    def rendition_name(self, rendition, of_set) -> str:
        """Return the name of the stored file; in a folder that is as random as the picture's."""
        return f"{self.rendition_folder}/{of_set}/{rendition.name}"

    def rendition_url(self, rendition) -> str:
        return self.file.storage.url(self.rendition_name(rendition, self.rendition_set))

    def shown_at(self, ratio, width):
        """Return address, width and height of the picture at `ratio`, as near to `width` as it has.

        For machines, feeds and cards, which cannot choose.
        """
        from .. import renditions

        return renditions.shown_at(self, ratio, width)

    def claim(self) -> bool:
        """Take the picture to make its renditions, if nobody has it. True for one caller.

        Nor has anybody changed it then since it was read, which would have made it due anew.
        """
        until = timezone.now() + LEASE
        due = type(self).objects.renditions_due() & self._mine()
        if not due.update(renditions_due_at=until):
            return False
        self.renditions_due_at = until
        return True

    def record_renditions_made(self):
        """Write which set now exists, unless the picture was changed or taken over meanwhile."""
        self._mine().update(
            rendition_set=self.wanted_set, renditions_due_at=None, renditions_attempts=0
        )

    def record_renditions_failed(self):
        """Write when to try again: each time later, and after MOST_ATTEMPTS no more."""
        attempts = self.renditions_attempts + 1
        again = timezone.now() + timedelta(minutes=attempts**2 / 2)
        self._mine().update(
            renditions_attempts=attempts,
            renditions_due_at=None if attempts >= MOST_ATTEMPTS else again,
        )

    def _mine(self):
        return type(self).objects.filter(pk=self.pk, renditions_due_at=self.renditions_due_at)
