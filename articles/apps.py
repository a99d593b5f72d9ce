from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from . import checks  # noqa: F401

        # A site may come from before there was a search, or from a backup without its index.
        post_migrate.connect(fill_search, sender=self)


def fill_search(*, using, **kwargs):
    """Index the editions that the search does not know."""
    from django.db import connections

    from .models import Edition
    from .search import index

    if "articles_search" in connections[using].introspection.table_names():
        index.fill(Edition.objects.using(using))
