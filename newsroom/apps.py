"""The project as an app: its admin site, its groups and its own checks."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate, pre_migrate


class DeskConfig(AdminConfig):
    """Django's admin, with our own site class."""

    default_site = "newsroom.desk.Desk"


class NewsroomConfig(AppConfig):
    name = "newsroom"

    def ready(self):
        from . import accent, groups  # noqa: F401

        # The last of our apps that has models, and so permissions; this one has none of its own.
        last = apps.get_app_config("comments")
        pre_migrate.connect(groups.remember, sender=last)
        post_migrate.connect(groups.ensure, sender=last)
