from django.contrib import admin
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..models import Edition, FrontSlot


@admin.register(FrontSlot)
class FrontSlotAdmin(admin.ModelAdmin):
    """The front page as one list, in its order: what stands where, and until when."""

    list_display = ["article", "readers_see", "place", "position", "until"]
    list_editable = ["place", "position", "until"]
    list_display_links = ["article"]
    list_select_related = ["article"]
    search_fields = ["article__headline"]
    autocomplete_fields = ["article"]
    fields = ["article", "place", "position", "until"]
    ordering = ["place", "position", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__standfirst")

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        articles = [slot.article_id for slot in changelist.result_list]
        editions = Edition.objects.filter(article__in=articles).defer("body")
        live = {e.article_id for e in editions.live()}
        begins = {}
        for edition in editions.order_by("-visible_from"):
            if edition.is_scheduled:
                begins[edition.article_id] = edition.visible_from
        for slot in changelist.result_list:
            slot.is_live, slot.begins = slot.article_id in live, begins.get(slot.article_id)
        return changelist

    @admin.display(description=_("readers see it"))
    def readers_see(self, slot):
        if slot.has_ended:
            return _("no longer: its time on the front page is over")
        if slot.is_live:
            return _("yes")
        if slot.begins:
            moment = date_format(localtime(slot.begins), "SHORT_DATETIME_FORMAT")
            return _("from %(moment)s") % {"moment": moment}
        return _("no: it is not public")
