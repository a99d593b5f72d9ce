"""Work that editors need not wait for. A task only wakes a worker up: the row is the queue."""

from datetime import timedelta

from django.apps import apps
from django.tasks import task
from django.utils import timezone

from .cards import fetching
from .pictures import renditions


# A low priority: the tasks that readers wait for run first.
@task(priority=-50)
def make_renditions(image_id):
    """Make the renditions of a picture just saved, unless another worker has taken it."""
    # The model is found by name, since its own module imports this one.
    images = apps.get_model("articles", "Image").objects
    renditions.make_due_renditions(images.filter(pk=image_id))


@task(priority=-20)
def fetch_link_card(card_id):
    """Fetch what a page says of itself, for an editor that waits, unless another worker does."""
    fetching.fetch_due(apps.get_model("articles", "LinkCard").objects.filter(pk=card_id))


@task(priority=-60)
def index_merged(former_key):
    """Let readers find what a merge has moved by the name of what it is filed under now."""
    apps.get_model("articles", "FormerKey").objects.filter(pk=former_key).index_outdated()


@task(priority=-60)
def index_outdated():
    """Let readers find editions by the names that authors and topics have now."""
    outdated = apps.get_model("articles", "OutdatedEntries").objects
    outdated.index_outdated()
    if outdated.exists():
        # Later, so that the worker sweeps and does what somebody waits for.
        index_outdated.using(run_after=timezone.now() + timedelta(seconds=1)).enqueue()
