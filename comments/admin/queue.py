"""The queue of a moderator: the order of comments in the list as it is filtered and searched."""

from functools import wraps

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from .filters import QueueFilter


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

    def next_after(self, comment, place=None):
        """Return the key of the comment after `comment`, or after its earlier `place`; or None."""
        if QueueFilter.is_queue(self.request):
            return self.queryset.next_to_decide(place or comment.place_in_queue)
        return self.queryset.after(comment).values_list("pk", flat=True).first()

    def last_before(self, comment):
        if QueueFilter.is_queue(self.request):
            return self.queryset.previous_to_decide(comment.place_in_queue)
        return self.queryset.before(comment).values_list("pk", flat=True).first()


def admin_url(name, *args, request=None):
    """Return the URL of a comment's admin page, with the filters of `request` if given."""
    url = reverse(f"admin:comments_comment_{name}", args=args)
    query = request.GET.urlencode() if request else ""
    return f"{url}?{query}" if query else url


def is_from_script(request) -> bool:
    """Say whether our own script sent the request; it needs a part of the page only."""
    return request.headers.get("X-Requested-With") == "fetch"


def with_comment(view):
    """Decorate `view`: pass it the comment with the key in the address.

    Raise PermissionDenied where the person may not view comments, Http404 where there is none.
    """

    @wraps(view)
    def wrapped(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        comments = (
            self.get_queryset(request)
            .select_related("article__section", "trace", "parent", "decided_by")
            .defer("article__body")
        )
        return view(self, request, get_object_or_404(comments, pk=pk))

    return wrapped
