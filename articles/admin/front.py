"""The places on the front page, as one list."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.admin import DefersInList, LeavesOutBrokenValues, NamesListFields
from common.deletion import NamesWhatIsDeleted
from common.moment_field import TYPED_MOMENTS

from ..models import Edition, FrontSlot
from .arranging import ArrangesFrontPage
from .choices import ChoosesByName


@admin.register(FrontSlot)
class FrontSlotAdmin(
    ArrangesFrontPage,
    ChoosesByName,
    NamesListFields,
    NamesWhatIsDeleted,
    DefersInList,
    LeavesOutBrokenValues,
    admin.ModelAdmin,
):
    """The front page as one list in its order: each article with its place and its end there."""

    list_display = ["article", "state", "place", "position", "until"]
    list_editable = ["place", "position", "until"]
    list_defer = ["article__body", "article__standfirst"]
    list_select_related = ["article"]
    sortable_by = []
    autocomplete_fields = ["article"]
    formfield_overrides = TYPED_MOMENTS

    class Media:
        css = {"all": ["css/admin/writing.css"]}

    def changelist_view(self, request, extra_context=None):
        context = {"title": _("What stands on the front page"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_changelist_instance(self, request):
        """Set `is_live` and `begins` on each row, with two queries for all rows."""
        changelist = super().get_changelist_instance(request)
        articles = [slot.article_id for slot in changelist.result_list]
        editions = Edition.objects.filter(article__in=articles)
        live = set(editions.live().values_list("article", flat=True))
        scheduled = editions.filter(visible_from__gt=timezone.now()).order_by("-visible_from")
        begins = dict(scheduled.values_list("article", "visible_from"))
        for slot in changelist.result_list:
            slot.is_live, slot.begins = slot.article_id in live, begins.get(slot.article_id)
        return changelist

    @admin.display(description=_("state"))
    def state(self, slot):
        if slot.has_ended:
            return _("its time there is over")
        if slot.is_live:
            return _("public")
        if slot.begins:
            moment = date_format(timezone.localtime(slot.begins), "SHORT_DATETIME_FORMAT")
            return _("public from %(moment)s") % {"moment": moment}
        return _("not public")
