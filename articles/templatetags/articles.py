from django import template

from .. import renditions

register = template.Library()

register.simple_tag(renditions.picture, name="picture")
