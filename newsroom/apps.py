"""The project as an app: its admin site, its groups and its own checks."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class DeskConfig(AdminConfig):
    """Django's admin, with our own site class."""

    default_site = "newsroom.desk.Desk"

    def ready(self):
        from . import groups

        super().ready()
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

        for index in word_indexes.INDEXES:
            index.connect()
        post_migrate.connect(SyncAfterMigrate(word_indexes.INDEXES), sender=self, weak=False)
