"""Dates in American English, which is what Django means by English.

A short date may end a sentence, and “2 p.m.” with the full stop of the sentence has two.
"""

SHORT_DATETIME_FORMAT = "m/d/Y g:i A"
