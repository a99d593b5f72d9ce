"""Template tags for the threads of an article, the comment form and the private pages."""

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from common.kept_html import fields_of

from ..threads.discussion import Discussion
from ..writing import provenance

register = template.Library()

register.simple_tag(fields_of)
register.simple_tag(provenance.private_path_prefix, name="private_path_prefix")


@register.filter
def duration(moment) -> str:
    """Return in words how long ago `moment` was. Django’s `timesince` says “0 minutes” at first."""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("less than a minute")
    return timesince(moment)


@register.simple_tag(takes_context=True)
def discussion(context, article) -> Discussion:
    """Return the view's discussion; without one, the discussion of `article` on its first page.

    All blocks of a page get the same.
    """
    of_page = context.render_context
    if "discussion" not in of_page:
        of_page["discussion"] = context.get("discussion") or Discussion(article)
    return of_page["discussion"]
