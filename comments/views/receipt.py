"""The private page of a comment's writer and the actions on it. Its secret address is the key."""

from functools import wraps

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.responses import SeeOther

from ..forms import CommentForm
from ..models import Comment
from ..privacy.export import kept_about
from ..writing import admission, provenance, rate_limits, revision
from ..writing.receipt import Receipt
from ..writing.refusal import Refused


def private(view):
    """Keep the page out of every cache and every search engine, and its address to itself.

    Without a referrer, browsers send `Origin: null` with the page's forms. The actions of a private
    page accept that (see `_receipt_action`).
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


def _receipt_action(view):
    """Decorate `view`, an action on the private page: GET shows its form, POST performs it.

    A form that another site's page sent is refused. The sender is identified by the secret address
    and not by a cookie, and no other site knows the address. So a browser that does not name the
    page that sent the form (`unsure`) is accepted here.
    """

    @wraps(view)
    def wrapped(request, receipt):
        comment = _find(receipt)
        if request.method == "POST":
            try:
                provenance.check_origin(request, comment.article, confirmed="")
            except Refused as refusal:
                if refusal.code != "unsure":
                    return _refused(request, comment, refusal)
            try:
                rate_limits.check_rate(provenance.client_address(request), "receipt")
                return view(request, comment)
            except Refused as refusal:
                return _refused(request, comment, refusal)
        return view(request, comment)

    return private(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(wrapped)))


def _find(receipt):
    return get_object_or_404(Comment.objects.select_related("article"), receipt=receipt)


def _show(request, comment, *, refusal=None, form=None):
    context = {"receipt": Receipt(comment), "refusal": refusal, "form": form}
    status = 422 if refusal else 200
    return render(request, "comments/receipt.html", context, status=status)


def _refused(request, comment, refusal):
    admission.count_refusal(refusal)
    form = CommentForm(request.POST) if "comment" in request.POST else None
    return _show(request, comment, refusal=refusal, form=form)


@private
@require_safe
def receipt(request, receipt):
    """Show the state of a comment, and the actions that its writer still has."""
    return _show(request, _find(receipt))


@_receipt_action
def revise(request, comment):
    """Let the writer change a recent comment that no moderator has decided or edited."""
    if not comment.revisable_until:
        if request.method == "POST":
            raise Refused("late")
        return SeeOther(comment.get_receipt_url())
    if request.method != "POST":
        form = CommentForm(initial={"name": comment.name, "comment": comment.text})
        return render(request, "comments/revise.html", {"comment": comment, "form": form})
    form = CommentForm(request.POST)
    if not form.is_valid():
        context = {"comment": comment, "form": form}
        return render(request, "comments/revise.html", context, status=422)
    revision.revise(
        comment,
        provenance.Sender.of(request),
        name=form.cleaned_data["name"],
        text=form.cleaned_data["comment"],
    )
    return SeeOther(comment.get_receipt_url())


@_receipt_action
def withdraw(request, comment):
    """Take the comment off the site or out of the moderators' queue, after confirmation."""
    words = {
        "title": _("Withdraw your comment?"),
        "what": _(
            "It is taken off the site and out of the moderators’ queue, and this cannot be undone. "
            "To have it deleted as well, erase it instead."
        ),
        "button": _("Withdraw it"),
    }
    return _confirm_first(request, comment, comment.withdraw, words, comment.can_be_withdrawn)


@_receipt_action
def erase(request, comment):
    """Delete the text, the name and the trace of the comment, after confirmation."""
    words = {
        "title": _("Erase your comment?"),
        "what": _(
            "Your name, your comment and everything kept about them are deleted for good. If "
            "somebody answered it, an empty place stays in the thread."
        ),
        "button": _("Erase everything"),
    }
    return _confirm_first(request, comment, comment.erase, words, not comment.erased_at)


def _confirm_first(request, comment, action, words, is_allowed):
    if is_allowed and request.method != "POST":
        return render(request, "comments/confirm.html", {"comment": comment, **words})
    if is_allowed:
        action()
    return SeeOther(comment.get_receipt_url())


@private
@require_safe
def export(request, receipt):
    """Send the writer the data kept about the comment, as a file (JSON, RFC 8259)."""
    comment = _find(receipt)
    try:
        rate_limits.check_rate(provenance.client_address(request), "receipt")
    except Refused as refusal:
        return _refused(request, comment, refusal)
    response = JsonResponse(
        kept_about(comment), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="comment-{comment.pk}.json"'
    return response
