"""What templates need to show the threads of an article and their form."""

from django import template

from ..threads.discussion import Discussion
from ..writing import provenance

register = template.Library()

register.simple_tag(provenance.private_pages, name="private_pages")


@register.simple_tag(takes_context=True)
def discussion(context, article) -> Discussion:
    """Return the discussion that the view has made, or else the first page of that of `article`."""
    return context.get("discussion") or Discussion(article)
