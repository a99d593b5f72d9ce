from . import comment, complaint, notification, policy, rule

__all__ = ["comment", "complaint", "notification", "policy", "rule"]
