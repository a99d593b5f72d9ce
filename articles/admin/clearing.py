"""The deletion of pictures that nothing uses: chosen in the library, looked at, then deleted."""

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.admin import ROW_KEY

from ..models import Image
from ..pictures import places_of_use
from ..pictures.removal import size_of_files
from ..pictures.renditions import best_file

#: The most pictures that are cleared at once. The sizes of all their files are read.
MOST = 100


class ClearsPictures:
    """Mixin for the ModelAdmin of pictures: an action that deletes what nothing uses.

    Django's own deletion in bulk would not call `Image.delete`, which deletes the files too.
    """

    actions = ["clear_unused"]

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location=action_location)
        actions.pop("delete_selected", None)
        return actions

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.clear_view))
        return [path("clear/", view, name="articles_image_clear"), *super().get_urls()]

    @admin.action(description=_("Delete those that nothing uses…"), permissions=["delete"])
    def clear_unused(self, request, queryset):
        """Show what would be deleted, and what is kept because something uses it."""
        chosen = list(queryset.order_by("-created_at", "-pk")[: MOST + 1])
        unused = places_of_use.unused(Image.objects.filter(pk__in=[i.pk for i in chosen[:MOST]]))
        unused = list(unused.order_by("-created_at", "-pk"))
        mentioned = places_of_use.in_old_versions(unused) if unused else set()
        for image in unused:
            image.bytes = size_of_files(image.file.name)
            image.thumbnail = best_file(image, "3:2", 320)
            image.is_mentioned = image.pk in mentioned
        kept = {image.pk for image in unused}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Delete pictures that nothing uses"),
            "pictures": unused,
            "kept": [image for image in chosen[:MOST] if image.pk not in kept],
            "most": MOST if len(chosen) > MOST else None,
            "bytes": sum(image.bytes for image in unused),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/image/clear.html", context)

    def clear_view(self, request):
        """Delete the pictures that were ticked, except those that something uses by now."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        keys = list(filter(ROW_KEY.fullmatch, request.POST.getlist("picture")))[:MOST]
        deleted, freed, kept = 0, 0, []
        for image in self.get_queryset(request).filter(pk__in=keys):
            try:
                freed += self._clear(request, image.pk)
                deleted += 1
            except (ProtectedError, IntegrityError):
                kept.append(image.title)
            except Image.DoesNotExist:
                pass  # Somebody else has deleted it meanwhile.
        if deleted:
            words = ngettext(
                "%(count)s picture is deleted, and %(size)s are free.",
                "%(count)s pictures are deleted, and %(size)s are free.",
                deleted,
            )
            words %= {"count": deleted, "size": filesizeformat(freed)}
            self.message_user(request, words, messages.SUCCESS)
        elif not kept:
            self.message_user(request, gettext("No picture was deleted."), messages.WARNING)
        for title in kept:
            words = gettext("“%(title)s” is kept: something uses it now.") % {"title": title}
            self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:articles_image_changelist"))

    @transaction.atomic
    def _clear(self, request, key) -> int:
        """Delete one picture; return the bytes of its files.

        The lock makes whoever would use the picture now wait, and find it gone. Raises
        ProtectedError if it is in use.
        """
        image = Image.objects.select_for_update().get(pk=key)
        freed = size_of_files(image.file.name)
        self.log_deletions(request, Image.objects.filter(pk=key))
        image.delete()
        return freed
