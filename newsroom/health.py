"""Two addresses for monitoring tools."""

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from comments.models import WorkerStatus


@never_cache
def health(request):
    """Answer 200 while the site can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def worker(request):
    """Answer 200 while a worker runs and its sweeps succeed, and 503 otherwise.

    A worker that has ended cannot report that itself, so a monitoring tool must ask.
    """
    state = WorkerStatus.current().state
    status = 200 if state == "running" else 503
    return HttpResponse(f"{state}\n", content_type="text/plain", status=status)
