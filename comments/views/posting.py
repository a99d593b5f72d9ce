"""Views that take a reader's comment or answer, and the privacy page."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article, Edition
from articles.pages.article_page import ArticlePage
from common import reader_clock
from common.compiled_queries import compiled
from common.responses import SeeOther

from ..forms import CommentForm
from ..models import Comment
from ..privacy import notice, retention
from ..threads.discussion import Discussion
from ..writing import admission, provenance, rate_limits
from ..writing.refusal import Refused


# The form carries a stamp in place of a CSRF cookie, so reader pages set none (`provenance`).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post(request, article_id):
    """Store a comment and redirect (303) to its receipt.

    If the comment is refused, or the form has errors, show the page again with the reasons and the
    typed text.
    """
    article = next(iter(_ever_live(reader_clock.now(), article_id)), None)
    if article is None:
        raise Http404
    if request.method != "POST":
        # The reader has opened the address of a form that was shown again with errors.
        return HttpResponseRedirect(f"{article.path}#comment-form")
    return _handle_post(request, article)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, comment_id):
    """Show the form that answers a published comment; on a POST, store the answer like `post`."""
    parent = get_object_or_404(Comment.objects.select_related("article__section"), pk=comment_id)
    if request.method == "POST":
        return _handle_post(request, parent.article, parent)
    edition = Edition.objects.live().for_page().filter(article=parent.article).first()
    if edition is None or not parent.is_public:
        raise Http404
    discussion = Discussion(edition.article, parent=parent)
    context = discussion.context(ArticlePage.of_edition(edition))
    return render(request, "comments/write.html", context)


@compiled
def _ever_live(at, article):
    return Article.objects.ever_live(at).filter(pk=article).select_related("section")


def _handle_post(request, article, parent=None):
    form = CommentForm(request.POST)
    try:
        provenance.check_stamp(article, form.sent_stamp)
        provenance.check_origin(request, article, form.confirmation)
        rate_limits.check_rate(provenance.client_address(request))
    except Refused as refusal:
        admission.count_refusal(refusal)
        return _form_alone(request, article, form, refusal, parent)
    return _store_or_refuse(request, article, form, parent)


def _store_or_refuse(request, article, form, parent):
    try:
        if not article.is_live():
            raise Refused("gone")
        admission.check_open(article)
        if form.errors:
            return _form_again(request, article, form, parent=parent)
        comment = admission.admit(
            article,
            provenance.Sender.of(request),
            name=form.cleaned_data["name"],
            text=form.cleaned_data["comment"],
            honeypot=form.cleaned_data["website"],
            parent=parent,
            is_counted=True,
        )
    except Refused as refusal:
        admission.count_refusal(refusal)
        return _form_again(request, article, form, refusal, parent)
    return SeeOther(comment.get_receipt_url())


def _form_alone(request, article, form, refusal, parent):
    """Show the form again without the article, its thread, or any work on the text.

    Anybody can send any number of requests that are refused here, so each must cost little.
    """
    form.leave_unread()
    edition = Edition.objects.live().filter(article=article).defer("body").first()
    if edition is None or (parent and not parent.is_public):
        # Nobody is to learn of which article a comment is that is not public.
        return _refused(request, None, form, refusal)
    if refusal.code == "unsure":
        form.ask_to_confirm(article, provenance.client_address(request))
    edition.article = article
    context = Discussion(article, form, refusal, parent).context(ArticlePage.of_edition(edition))
    return render(request, "comments/write.html", context, status=422)


def _form_again(request, article, form, refusal=None, parent=None):
    """Show the form again with the typed text and the errors (RFC 9110, section 15.5.21: 422)."""
    edition = Edition.objects.live().for_page().filter(article=article).first()
    if edition is None or (parent and not parent.is_public):
        return _refused(request, edition, form, refusal)
    discussion = Discussion(edition.article, form, refusal, parent)
    template = "comments/write.html" if parent else "article_with_comments.html"
    context = discussion.context(ArticlePage.of_edition(edition))
    return render(request, template, context, status=422)


def _refused(request, edition, form, refusal):
    """Show the typed text alone, where there is nothing left to comment on or to answer."""
    refusal = refusal or Refused("unanswerable" if edition else "gone")
    context = {"form": form, "refusal": refusal, "edition": edition}
    return render(request, "comments/refused.html", context, status=422)


@require_safe
def privacy_page(request):
    """Show how comments are handled, with facts taken from the code that handles them."""
    return render(
        request,
        "comments/privacy.html",
        {
            "fields": notice.fields_sent(),
            "retention": retention.periods(),
            "trace_policy": notice.trace_policy(),
            "access_log_days": settings.ACCESS_LOG_DAYS,
        },
    )
