"""Akismet: the checks and reports that workers send, and the queue of those still to be sent."""
