"""Pictures whose makers are not named."""

from ....models.image import Image
from ....text.markup import picture_numbers
from ..findings import finding


def findings(prepared):
    """Yield a finding for the lead picture, and one that names the pictures of the body.

    The credit of the lead stands in the article, those of the body in the library.
    """
    content = prepared.content
    if content.lead_image_id and not content.lead_credit.strip():
        yield finding("credit")
    if numbers := picture_numbers(content.body):
        images = Image.objects.filter(pk__in=numbers, credit="").order_by("pk")
        if titles := list(images.values_list("title", flat=True)):
            yield finding("body_credit", names=", ".join(f"“{title}”" for title in titles))
