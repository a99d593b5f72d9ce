from django import template

from ..forms import CommentForm
from ..screening import api
from ..threads.pages import ThreadPage
from ..threads.rendering import Renderer
from ..writing import admission, provenance
from ..writing.refusal import Refused

register = template.Library()


@register.simple_tag
def why_closed(article) -> Refused | None:
    """Return why nobody can comment on `article` now, if so."""
    try:
        admission.check_open(article)
    except Refused as reason:
        return reason
    return None


@register.inclusion_tag("comments/thread.html", takes_context=True)
def comments(context, article):
    """Show a page of the threads of `article`, the first if the view has no other; and its form.

    The form is fresh, or the view's own after an error.
    """
    page = context.get("thread_page") or ThreadPage(article)
    # The article's page has asked already, for its head.
    closed = context["closed"] if "closed" in context else why_closed(article)
    return {
        "article": article,
        "page": page,
        "comments": Renderer(page.comments, article, is_open=not closed).html(),
        "closed": closed,
        **_form(context, article),
    }


@register.simple_tag
def answered(comment):
    """Show the comment that is being answered, as its thread shows it, but for what to do there."""
    return Renderer([comment], comment.article, is_open=False).html()


@register.inclusion_tag("comments/_form.html", takes_context=True)
def comment_form(context, article, parent=None):
    """Show the form under `article`, or the one that answers `parent`."""
    return {"article": article, "parent": parent, **_form(context, article)}


def _form(context, article):
    return {
        "form": context.get("form") or CommentForm(),
        "refusal": context.get("refusal"),
        "stamp": provenance.stamp(article),
        "site_name": context["site_name"],
        "is_screened": api.is_on(),
    }
