"""Template tags for the threads of an article, the comment form and the private pages."""

from django import template

from ..threads.discussion import Discussion
from ..writing import provenance

register = template.Library()

register.simple_tag(provenance.private_path_prefix, name="private_path_prefix")


@register.simple_tag(takes_context=True)
def discussion(context, article) -> Discussion:
    """Return the view's discussion; without one, the discussion of `article` on its first page."""
    return context.get("discussion") or Discussion(article)
