"""Work that editors do not wait for. A task only wakes a worker up: the row is the queue."""

from django.apps import apps
from django.tasks import task

from .pictures import renditions


# After whatever readers wait for.
@task(priority=-50)
def make_renditions(image_id):
    """Make the renditions of a picture just saved, if no other worker has."""
    # By its name, since the model itself enqueues this.
    images = apps.get_model("articles", "Image").objects
    renditions.make_due(images.filter(pk=image_id))
