"""Two addresses for whatever watches over the site."""

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from comments.models import WorkerStatus


@never_cache
def health(request):
    """Answer 200 while the site can reach its database, for whatever watches over it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def worker(request):
    """Answer 200 while a worker gives signs of life, and 503 otherwise.

    A worker that has ended cannot say so itself: this is for whatever watches over the site.
    """
    state = WorkerStatus.current().state
    status = 200 if state == "running" else 503
    return HttpResponse(f"{state}\n", content_type="text/plain", status=status)
