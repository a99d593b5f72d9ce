"""Formats of dates and times, by language, where Django’s own would be misread."""
