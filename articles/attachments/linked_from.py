"""Where attachments are used, in the words of the library of pictures."""

from django.db.models import OuterRef
from django.utils import timezone

from ..models import Attachment, AttachmentUse, Edition
from ..pictures.places_of_use import Uses, are_too_many, newest_of, of_those_read


def uses_of(attachments) -> dict[int, Uses]:
    """Return the uses of each of `attachments` by its key.

    The number of queries is constant, but for one more for each attachment that very many articles
    use: of these, only the newest articles are read.
    """
    keys = {attachment.pk for attachment in attachments}
    in_articles = AttachmentUse.objects.filter(article__isnull=False)
    are_many = are_too_many(in_articles.filter(attachment=OuterRef("pk")))
    rows = Attachment.objects.filter(are_many, pk__in=keys).order_by()
    often = set(rows.values_list("pk", flat=True))
    newest = {
        article
        for key in often
        for article in newest_of(in_articles.filter(attachment=key), "article")
    }
    found = {key: Uses(is_used_often=key in often) for key in keys}

    def in_text(article):
        return AttachmentUse.objects.filter(
            of_those_read("attachment", keys, often, article, newest)
        )

    of_edition = in_text("edition__article")
    live = Edition.objects.live()
    scheduled = Edition.objects.filter(visible_from__gt=timezone.now(), suppressed_at=None)
    places = (
        ("working", in_text("article").filter(article__isnull=False), "article"),
        ("pages", AttachmentUse.objects.filter(attachment__in=keys, page__isnull=False), "page"),
        ("pressed", of_edition.filter(edition__isnull=False), "edition__article"),
        ("live", of_edition.filter(edition__in=live), "edition__article"),
        ("scheduled", of_edition.filter(edition__in=scheduled), "edition__article"),
    )
    for place, uses, owner in places:
        for attachment, key in uses.order_by().values_list("attachment", owner).distinct():
            getattr(found[attachment], place).add(key)
    return found
