"""The further pages of an article's threads, and the permanent address of each comment."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.pages.article_page import ArticlePage

from ..models import Comment
from ..threads import pages
from ..threads.discussion import Discussion
from ..threads.pages import OLDEST, ORDERS


@require_safe
def thread(request, article_id):
    """Show a page of the threads under a live article, in the order of the query.

    The page begins after the place `after`, or ends before the place `before`. Raise Http404 where
    the query is no order or no place.
    """
    page = ArticlePage.of_article(article_id)
    if page is None:
        raise Http404
    order = request.GET.get("order", OLDEST)
    try:
        after, before = (pages.read_place(request.GET.get(at)) for at in ("after", "before"))
    except ValueError:
        raise Http404 from None
    if order not in ORDERS:
        raise Http404
    discussion = Discussion(page.article, order=order, after=after, before=before)
    if discussion.page.is_first and (after or before or order == OLDEST):
        # The first page of each order has one address only.
        return HttpResponseRedirect(discussion.page.first_page_url)
    return render(request, "comments/thread_page.html", discussion.context(page))


@require_safe
def comment(request, comment_id):
    """Redirect from the permanent address of a shown comment to the page that has it now."""
    comment = get_object_or_404(
        Comment.objects.select_related("article").filter(is_shown=True), pk=comment_id
    )
    if not comment.article.live_edition():
        # The page at the article's own address explains why the article is not there.
        return HttpResponseRedirect(comment.article.path)
    return HttpResponseRedirect(pages.url_in_thread(comment))
