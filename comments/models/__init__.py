"""The models: comments, their traces and history, readers' reports, rules, blocks, and statuses."""

from .akismet_status import AkismetStatus
from .clock_status import ClockStatus
from .comment import Comment
from .complaint import Complaint
from .counter import Counter
from .event import CommentEvent
from .notification import NotificationPreference
from .policy import CommentPolicy
from .public_name import PublicName
from .rule import CommentRule
from .sender_block import SenderBlock
from .submission_key import SubmissionKey
from .trace import Trace
from .worker_status import WorkerStatus

__all__ = [
    "AkismetStatus",
    "ClockStatus",
    "Comment",
    "CommentEvent",
    "CommentPolicy",
    "CommentRule",
    "Complaint",
    "Counter",
    "NotificationPreference",
    "PublicName",
    "SenderBlock",
    "SubmissionKey",
    "Trace",
    "WorkerStatus",
]
