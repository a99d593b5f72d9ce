"""Background tasks. A task only wakes a worker: the queue is the rows of comments themselves."""

from django.tasks import task

from .models import Comment, WorkerStatus
from .screening.attempts import screen_due


@task
def screen(comment_id):
    """Ask Akismet about a comment that was just stored, unless another worker has claimed it."""
    WorkerStatus.record_heartbeat()
    screen_due(Comment.objects.filter(pk=comment_id))
