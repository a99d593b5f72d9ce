"""The difference between requests for the admin and requests for pages of readers."""

from django.conf import settings


def is_for_the_admin(request) -> bool:
    """Return whether `request` is for the admin. All other pages are the same for everybody."""
    return request.path_info.startswith(settings.ADMIN_PATH)
