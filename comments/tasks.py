"""Work that readers do not wait for. A task only wakes a worker up: the comment is the queue."""

from django.tasks import task


@task
def screen(comment_id):
    """Ask Akismet about a comment just stored, if no other worker has."""
    from . import screening
    from .models import Comment, WorkerStatus

    WorkerStatus.beat()
    screening.work_off(Comment.objects.filter(pk=comment_id))
