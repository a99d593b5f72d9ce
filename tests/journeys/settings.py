"""A site's own settings, but for passwords that take no time: in most journeys somebody logs in."""

from newsroom.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
