from . import comment, policy

__all__ = ["comment", "policy"]
