"""A permission check that functions make themselves, so that every caller is checked."""

from django.core.exceptions import PermissionDenied


def require_permission(user, permission) -> None:
    """Raise PermissionDenied unless `user`, or the software itself (None), has `permission`."""
    if user is not None and not user.has_perm(permission):
        raise PermissionDenied(permission)
