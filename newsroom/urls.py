"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.http import Http404
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.generic import TemplateView
from django.views.static import serve

from . import accent_colour, health


def desk(view):
    """Give an account page of the admin the admin's policy, and keep it out of caches."""
    page = view.as_view(extra_context={"site_header": admin.site.site_header})
    return never_cache(csp_override(settings.ADMIN_CSP)(page))


def media(request, path):
    """A picture, where no web server in front has answered for it."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:
        # A name too long for the disk, say, is no picture either.
        raise Http404 from error


ADMIN = settings.ADMIN_PATH.removeprefix("/")

urlpatterns = [
    path("accent.css", accent_colour.accent, name="accent"),
    path("health/", health.health, name="health"),
    path("health/worker/", health.worker, name="health_worker"),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8"),
        name="robots",
    ),
    path(f"{ADMIN}password_reset/", desk(auth.PasswordResetView), name="admin_password_reset"),
    path(
        f"{ADMIN}password_reset/done/", desk(auth.PasswordResetDoneView), name="password_reset_done"
    ),
    path(
        f"{ADMIN}reset/<uidb64>/<token>/",
        desk(auth.PasswordResetConfirmView),
        name="password_reset_confirm",
    ),
    path(
        f"{ADMIN}reset/done/", desk(auth.PasswordResetCompleteView), name="password_reset_complete"
    ),
    path(ADMIN, admin.site.urls),
    path("comments/", include("comments.urls")),
    # In production the web server in front answers for these before Django is asked.
    path("media/<path:path>", media),
    path("", include("articles.urls")),
]
