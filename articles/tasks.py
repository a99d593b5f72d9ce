"""Work that editors do not wait for. A task only wakes a worker up: the row is the queue."""

from django.tasks import task


# After whatever readers wait for.
@task(priority=-50)
def make_renditions(image_id):
    """Make the renditions of a picture just saved, if no other worker has."""
    from . import renditions
    from .models import Image

    renditions.work_off(Image.objects.filter(pk=image_id))
