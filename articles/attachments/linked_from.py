"""Where attachments are used, in the words of the library of pictures."""

from django.utils import timezone

from ..models import AttachmentUse, Edition
from ..pictures.places_of_use import Uses


def uses_of(attachments) -> dict[int, Uses]:
    """Return the uses of each of `attachments` by its key, in a constant number of queries."""
    found = {attachment.pk: Uses() for attachment in attachments}
    rows = AttachmentUse.objects.filter(attachment__in=found)
    live = Edition.objects.live()
    scheduled = Edition.objects.filter(visible_from__gt=timezone.now(), suppressed_at=None)
    places = (
        ("working", rows.filter(article__isnull=False), "article"),
        ("pages", rows.filter(page__isnull=False), "page"),
        ("pressed", rows.filter(edition__isnull=False), "edition__article"),
        ("live", rows.filter(edition__in=live), "edition__article"),
        ("scheduled", rows.filter(edition__in=scheduled), "edition__article"),
    )
    for place, uses, owner in places:
        for attachment, key in uses.order_by().values_list("attachment", owner).distinct():
            getattr(found[attachment], place).add(key)
    return found
