"""Formats of dates and times, by language, where they differ from those of Django."""
