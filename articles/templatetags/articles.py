from django import template
from django.utils.safestring import mark_safe

from .. import renditions

register = template.Library()

register.simple_tag(renditions.picture, name="picture")


@register.filter(is_safe=True)
def with_renditions(html):
    """Give the pictures of a stored body all their widths."""
    return mark_safe(renditions.with_renditions(html))  # noqa: S308
