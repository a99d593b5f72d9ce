"""The tags of the menus that every page has."""

from django import template

from .. import menus

register = template.Library()
register.simple_tag(menus.colophon, name="colophon")


@register.simple_tag(takes_context=True)
def sections_menu(context):
    path = context["request"].path if "request" in context else ""
    return menus.of_sections(path, context["current_section"])
