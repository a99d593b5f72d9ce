"""The writing screen: what the page of an article in the admin shows around its fields."""


class WritingScreen:
    """Mixin for the ModelAdmin of articles: the template places each field by its name."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["fields"] = {
            _name(field): field
            for fieldset in context["adminform"]
            for line in fieldset
            for field in line
        }
        context["screen"] = {
            "may_save": self.has_change_permission(request, obj)
            if obj
            else self.has_add_permission(request)
        }
        context["is_nav_sidebar_enabled"] = False
        return super().render_change_form(request, context, add, change, form_url, obj)


def _name(field):
    """Return the name of a field, which Django keeps in another place if it is only shown."""
    return field.field["name"] if field.is_readonly else field.field.name
