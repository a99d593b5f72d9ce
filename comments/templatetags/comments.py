from django import template

from .. import admission, provenance
from ..forms import CommentForm
from ..refusal import Refused

register = template.Library()


@register.inclusion_tag("comments/thread.html", takes_context=True)
def comments(context, article):
    """Show the thread of `article` and its form: fresh, or the view's own after an error."""
    refusal = context.get("refusal")
    closed = None
    try:
        admission.check_open(article)
    except Refused as reason:
        closed = reason
    form = context.get("form") or CommentForm()
    return {
        "article": article,
        "comments": article.comments.published().only("article_id", "name", "html", "submitted_at"),
        "form": form,
        "stamp": provenance.stamp(article),
        "closed": closed,
        "refusal": refusal,
        "site_name": context["site_name"],
    }
