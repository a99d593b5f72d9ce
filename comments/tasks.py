"""Work that readers do not wait for. A task only wakes a worker up: the comment is the queue."""

from django.tasks import task

from .models import Comment, WorkerStatus
from .screening.due import screen_due


@task
def screen(comment_id):
    """Ask Akismet about a comment just stored, if no other worker has."""
    WorkerStatus.record_heartbeat()
    screen_due(Comment.objects.filter(pk=comment_id))
