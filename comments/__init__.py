"""Comments: stored first, screened by Akismet, decided by a person."""
