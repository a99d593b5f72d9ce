"""Views to report a published comment, and to follow the report on a private page."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.responses import SeeOther

from ..forms import ComplaintForm
from ..models import Comment, Complaint
from ..writing import admission, provenance, rate_limits
from ..writing.refusal import Refused
from .receipt import private


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request, comment_id):
    """Show the form that reports a comment; on a POST, store the report.

    A stored report redirects (303) to its private page. An error shows the form again (422).
    """
    comment = get_object_or_404(Comment.objects.select_related("article"), pk=comment_id)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    context = {
        "comment": comment,
        "form": form,
        "refusal": None,
        "stamp": provenance.stamp(comment.article),
        "can_be_read": comment.is_public and comment.article.live_edition() is not None,
    }
    if request.method != "POST":
        if not context["can_be_read"]:
            raise Http404
        return render(request, "comments/complain.html", context)
    address = provenance.client_address(request)
    try:
        provenance.check_stamp(comment.article, form.sent_stamp)
        provenance.check_origin(request, comment.article, form.confirmation)
        rate_limits.check_rate(address, "complaint")
        if not context["can_be_read"]:
            raise Refused("unpublished")
        if form.is_valid():
            return SeeOther(_file(comment, form.cleaned_data, address).get_absolute_url())
    except Refused as refusal:
        admission.count_refusal(refusal)
        context["refusal"] = refusal
        if refusal.code in Refused.BEFORE_THE_TEXT:
            form.leave_unread()
        if refusal.code == "unsure":
            form.ask_to_confirm(comment.article, address)
    return render(request, "comments/complain.html", context, status=422)


def _file(comment, sent, address):
    return Complaint.objects.file(
        comment,
        grounds=sent["grounds"],
        words=sent["words"],
        address=address,
        is_suspect=bool(sent["website"]),
    )


@private
@require_safe
def receipt(request, receipt):
    """Show the reader who sent a report how far it is, on a page that is private to them."""
    complaint = get_object_or_404(
        Complaint.objects.select_related("comment__article"), receipt=receipt
    )
    return render(request, "comments/complaint.html", {"complaint": complaint})
