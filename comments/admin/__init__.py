"""The admin of comments: their lists and forms, and the moderators' queue."""

from . import comment, complaint, notification, policy, public_name, rule, sender_block

__all__ = ["comment", "complaint", "notification", "policy", "public_name", "rule", "sender_block"]
