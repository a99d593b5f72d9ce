"""The app of articles, and the functions that run after each `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from common.search.upkeep import SyncAfterMigrate

        from .publishing import edition_overlap
        from .search import index, staff

        post_migrate.connect(edition_overlap.restore_triggers, sender=self)
        post_migrate.connect(index.sync_after_migrate, sender=self)
        for words in staff.INDEXES:
            words.connect()
        post_migrate.connect(SyncAfterMigrate(staff.INDEXES), sender=self, weak=False)
