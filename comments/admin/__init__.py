from . import comment, notification, policy, rule

__all__ = ["comment", "notification", "policy", "rule"]
