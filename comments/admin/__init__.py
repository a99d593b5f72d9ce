"""The desk of those who moderate."""

from . import comment, complaint, notification, policy, rule

__all__ = ["comment", "complaint", "notification", "policy", "rule"]
