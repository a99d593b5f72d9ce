"""The register of takedowns in the admin."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import DefersInList, ReadOnly
from common.search.admin import FoldedSearch

from ..models import Takedown
from ..search import staff


@admin.register(Takedown)
class TakedownAdmin(FoldedSearch, ReadOnly, DefersInList, admin.ModelAdmin):
    """The register of takedowns: only read."""

    word_index = staff.takedowns
    list_display = ["at", "by", "kind", "where", "reason", "files"]
    list_defer = ["article__body", "article__standfirst"]
    list_filter = ["kind", "at"]
    list_select_related = ["by", "article"]
    fields = ["at", "by", "kind", "article", "edition", "picture", "reason", "files"]
    readonly_fields = ["reason", "files"]

    @admin.display(description=_("legal reason"))
    def reason(self, row):
        return row.note

    @admin.display(description=_("where"))
    def where(self, row):
        if row.picture:
            return gettext("Picture %(number)s of the library") % {"number": row.picture}
        edition = gettext("Edition %(number)s") % {"number": row.edition} if row.edition else ""
        return " · ".join(str(part) for part in (row.article, edition) if part) or "–"

    @admin.display(description=_("files"))
    def files(self, row):
        if not row.file_key:
            return "–"
        return _("still to be deleted") if row.has_files_left else _("deleted")
