"""The app of comments."""

import atexit
from contextlib import suppress

from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from .models.counter import memory

        def write_counts(**kwargs):
            memory.write_if_due()

        def write_last_counts():
            # The process ends: counts that cannot be written are lost.
            with suppress(Exception):
                memory.write()

        request_finished.connect(write_counts, weak=False, dispatch_uid="comments.memory")
        atexit.register(write_last_counts)
