from . import comment, complaint, policy

__all__ = ["comment", "complaint", "policy"]
