from .akismet_status import AkismetStatus
from .comment import Comment
from .complaint import Complaint
from .counter import Counter
from .event import CommentEvent
from .policy import CommentPolicy
from .trace import Trace

__all__ = [
    "AkismetStatus",
    "Comment",
    "CommentEvent",
    "CommentPolicy",
    "Complaint",
    "Counter",
    "Trace",
]
