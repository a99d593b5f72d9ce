"""The app of comments."""

import atexit
from contextlib import suppress

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from common.search.upkeep import SyncAfterMigrate

        from .models.counter import memory
        from .moderation import word_indexes

        for index in word_indexes.INDEXES:
            index.connect()
        post_migrate.connect(SyncAfterMigrate(word_indexes.INDEXES), sender=self, weak=False)

        def write_counts(**kwargs):
            memory.write_if_due()

        def write_last_counts():
            # The process ends: counts that cannot be written are lost.
            with suppress(Exception):
                memory.write()

        request_finished.connect(write_counts, weak=False, dispatch_uid="comments.memory")
        atexit.register(write_last_counts)
