"""Akismet: what it is asked and told, by workers only, and what a comment still owes it."""
