"""The link cards that the editor makes: what another page says of itself."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from common.outbound import CannotFetch

from ..models import LinkCard


class MakesLinkCards:
    """Mixin for the ModelAdmin of articles: asks other sites, through a worker."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.link_card))
        return [path("card/", view, name="articles_article_card"), *super().get_urls()]

    def link_card(self, request):
        """Answer the card of the posted `address`, with its state; with `again`, fetch it anew.

        The editor asks until the state is another than “waiting”.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        address = request.POST.get("address", "").replace("\0", "")
        try:
            card = LinkCard.objects.ask(address, again="again" in request.POST)
        except CannotFetch as error:
            card = LinkCard(state=LinkCard.State.REFUSED, reason=error.code)
        return JsonResponse(_shown(card))


def _shown(card):
    picture = card.image and {
        "id": card.image.pk,
        "url": card.image.file.url,
        "width": card.image.width,
        "height": card.image.height,
    }
    words = {name: getattr(card, name) for name in ("title", "source", "description")}
    return {"state": card.state, "why": card.why, "picture": picture, **words}
