"""The slug of a form, made from the words of another field while a person types them."""

from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST


class SlugInput(AdminTextInputWidget):
    class Media:
        js = [Script("js/writing/fields.js", type="module")]


class SlugFromWords:
    """Mixin for a ModelAdmin: fills the field `slug` in, as long as nobody has typed in it.

    Without JavaScript, or where the server does not answer, the field stays empty: the model makes
    the slug when it is saved.
    """

    #: The field whose words the slug is made from.
    slug_from = "name"

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.slug_of_words))
        return [path("slug/", view, name=self._slug_address), *super().get_urls()]

    @property
    def _slug_address(self):
        return f"{self.opts.app_label}_{self.opts.model_name}_slug"

    def slug_of_words(self, request):
        """Answer the slug of the posted `words`, as text: one rule for the browser and for Python.

        The words are not in the address, since addresses are logged.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        words = request.POST.get("words", "")[:1000]
        slug = self.model(**{self.slug_from: words}).own_slug() if words else ""
        return HttpResponse(slug, content_type="text/plain; charset=utf-8")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            address = reverse(f"admin:{self._slug_address}")
            attributes = {"data-slug-of": self.slug_from, "data-slug-address": address}
            kwargs["widget"] = SlugInput(attributes)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
