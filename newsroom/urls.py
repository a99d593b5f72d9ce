"""The URL patterns of the whole site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.http import Http404, HttpResponse
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.static import serve

from articles.attachments.serving import as_attachment
from articles.models import Takedown
from common.ranges import with_ranges

from . import accent_colour, error_pages, health, robots
from .accounts import views as accounts

admin.autodiscover()


def account_page(view):
    """Return an account page with the admin's content security policy, never to be cached."""
    titles = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
    page = view.as_view(extra_context=titles)
    return never_cache(csp_override(settings.ADMIN_CSP)(page))


def media(request, path):
    """Serve a picture or an attachment, where no web server in front of Django does."""
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except (Http404, OSError) as error:
        if Takedown.objects.of_file(path).exists():
            return HttpResponse(status=410)
        # An OSError: for example, the name is too long for the file system. No picture has such a
        # name.
        raise Http404 from error
    return with_ranges(request, as_attachment(path, response))


handler400 = error_pages.broken_request
handler403 = error_pages.permission_denied
handler500 = error_pages.server_error

ADMIN = settings.ADMIN_PATH.removeprefix("/")

urlpatterns = [
    path("accent.css", accent_colour.accent, name="accent"),
    # `health.answer_health` answers these before a URL is resolved.
    path("health/", health.health, name="health"),
    path("health/write/", health.write, name="health_write"),
    path("health/worker/", health.worker, name="health_worker"),
    path("robots.txt", robots.robots, name="robots"),
    path(
        f"{ADMIN}password_reset/",
        account_page(accounts.PasswordResetView),
        name="admin_password_reset",
    ),
    path(
        f"{ADMIN}password_reset/done/",
        account_page(auth.PasswordResetDoneView),
        name="password_reset_done",
    ),
    path(
        f"{ADMIN}reset/<uidb64>/<token>/",
        account_page(accounts.PasswordResetConfirmView),
        name="password_reset_confirm",
    ),
    path(
        f"{ADMIN}reset/done/",
        account_page(auth.PasswordResetCompleteView),
        name="password_reset_complete",
    ),
    path(ADMIN, admin.site.urls),
    path("comments/", include("comments.urls")),
    # In production the web server in front of Django serves these.
    path("media/<path:path>", media),
    path("", include("articles.urls")),
]
