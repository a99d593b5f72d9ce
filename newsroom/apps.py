"""The project as an app: its admin site, its groups and its own checks."""

from django.apps import AppConfig, apps
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from common import postgresql_sessions


def check_admin(app_configs, **kwargs):
    autodiscover()
    return check_admin_app(app_configs, **kwargs)


class DeskConfig(SimpleAdminConfig):
    """Django's admin, with our own site class.

    `newsroom.urls` loads the admin of all apps, and not this: the worker is spared its 7 MB.
    """

    default_site = "newsroom.desk.Desk"

    def ready(self):
        from . import groups

        for check in (check_dependencies, check_admin):
            checks.register(check, checks.Tags.admin)
        # Connect before `django.contrib.auth`, which comes later in INSTALLED_APPS and connects the
        # receiver that creates permissions: `groups.ensure_groups` must run before it.
        for label in ("articles", "comments"):
            post_migrate.connect(groups.ensure_groups, sender=apps.get_app_config(label))


class NewsroomConfig(AppConfig):
    name = "newsroom"

    def ready(self):
        from common.search.upkeep import SyncAfterMigrate

        from . import accent_colour, checks  # noqa: F401
        from .accounts import word_indexes

        connection_created.connect(postgresql_sessions.prepare)
        for index in word_indexes.INDEXES:
            index.connect()
        post_migrate.connect(SyncAfterMigrate(word_indexes.INDEXES), sender=self, weak=False)
