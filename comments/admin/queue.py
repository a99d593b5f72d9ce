"""The queue of a moderator: the order of comments in the list as it is filtered and searched."""

from functools import wraps

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .filters import QueueFilter, SpamFilter

#: The key of the chosen part of the queue in the session.
PART = "comments.queue.part"


class Queue(ChangeList):
    """The list's search and filters without a page of rows; it finds the next comment by key."""

    def __init__(self, request, *args, **kwargs):
        self.request = request
        super().__init__(request, *args, **kwargs)

    @classmethod
    def of(cls, request, model_admin):
        return cls(
            request,
            model_admin.model,
            list_display=["__str__"],
            list_display_links=None,
            list_filter=model_admin.get_list_filter(request),
            date_hierarchy=None,
            search_fields=model_admin.get_search_fields(request),
            list_select_related=False,
            list_per_page=1,
            list_max_show_all=1,
            list_editable=(),
            model_admin=model_admin,
            sortable_by=(),
            search_help_text="",
        )

    def get_results(self, request):
        """Run no query: the queue shows no page of rows and counts none."""

    def get_ordering(self, request, queryset):
        return self.model_admin.get_ordering(request)

    def get_query_string(self, new_params=None, remove=None):
        """Make every filter link lead to the queue, and not back to the comment in view."""
        return admin_url("queue") + super().get_query_string(new_params, remove)

    def parts(self, request) -> list[dict]:
        """Return the parts of the queue, each with its label, address and number of comments.

        They are what Akismet takes for spam, the rest, and both. There are none while no comment of
        the queue is taken for spam and no part is chosen. The number of both is not counted.
        """
        name = SpamFilter.parameter_name
        chosen = self.params.get(name, SpamFilter.BOTH)
        spam = self._without_part(request).taken_for_spam().bounded_count()
        if not spam and chosen == SpamFilter.BOTH:
            return []
        rest = self._without_part(request).taken_for_spam(False).bounded_count()
        parts = [
            (SpamFilter.REST, _("Not taken for spam"), rest),
            (SpamFilter.SPAM, _("Taken for spam by Akismet"), spam),
            (SpamFilter.BOTH, _("Both"), None),
        ]
        return [
            {
                "label": label,
                "url": self.get_query_string({name: value}),
                "number": number,
                "is_chosen": value == chosen,
            }
            for value, label, number in parts
        ]

    def numbers(self, request) -> dict:
        """Return the number of comments in the queue, and its parts, for a page or an answer."""
        parts = self.parts(request)
        here = [part["number"] for part in parts if part["is_chosen"]]
        is_counted = here and here[0] is not None
        waiting = here[0] if is_counted else self.queryset.bounded_count()
        return {"waiting": waiting, "parts": parts}

    def _without_part(self, request):
        """Return the rows of all filters and of the search, but of no part of the queue."""
        rows = self.root_queryset
        for spec in self.filter_specs:
            if not isinstance(spec, SpamFilter):
                rows = spec.queryset(request, rows)
        return self.model_admin.get_search_results(request, rows, self.query)[0]

    def next_after(self, comment, place=None):
        """Return the key of the comment after `comment`, or after its earlier `place`; or None."""
        if QueueFilter.is_queue(self.request):
            return self.queryset.next_to_decide(place or comment.place_in_queue)
        return self.queryset.after(comment).values_list("pk", flat=True).first()

    def last_before(self, comment):
        if QueueFilter.is_queue(self.request):
            return self.queryset.previous_to_decide(comment.place_in_queue)
        return self.queryset.before(comment).values_list("pk", flat=True).first()


def remember_part(request):
    """Keep the part of the queue that a moderator chooses, for as long as the session lasts.

    Return the address of the queue with the part that was chosen before; None if the address of
    `request` has it already.
    """
    name = SpamFilter.parameter_name
    chosen, kept = request.GET.get(name), request.session.get(PART, SpamFilter.BOTH)
    if chosen in SpamFilter.PARTS and chosen != kept:
        request.session[PART] = kept = chosen
    asked = request.GET.copy()
    asked.pop(name, None)
    if kept != SpamFilter.BOTH:
        asked[name] = kept
    if asked == request.GET:
        return None
    return admin_url("queue") + (f"?{asked.urlencode()}" if asked else "")


def admin_url(name, *args, request=None):
    """Return the URL of a comment's admin page, with the filters of `request` if given."""
    url = reverse(f"admin:comments_comment_{name}", args=args)
    query = request.GET.urlencode() if request else ""
    return f"{url}?{query}" if query else url


def is_from_script(request) -> bool:
    """Say whether our own script sent the request; it needs a part of the page only."""
    return request.headers.get("X-Requested-With") == "fetch"


def answer_to_script(response):
    """Mark `response` as the part of the page that our script asked for; return it.

    The script takes nothing else for an answer, such as the page of a proxy that answers for us.
    """
    response.headers["X-Answer-To"] = "fetch"
    return response


def with_comment(view):
    """Decorate `view`: pass it the comment with the key in the address.

    `request.read_at` is then the moment before which the comment was read.

    Raise PermissionDenied where the person may not view comments, Http404 where there is none.
    """

    @wraps(view)
    def wrapped(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.read_at = timezone.now()
        comments = (
            self.get_queryset(request)
            .select_related("article__section", "trace", "parent", "decided_by")
            .defer("article__body")
        )
        return view(self, request, get_object_or_404(comments, pk=pk))

    return wrapped
