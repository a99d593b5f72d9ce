"""The admin of articles, for the people who write and publish."""

from . import (
    article,
    attachment,
    edition,
    front,
    house_rule,
    image,
    mail_preference,
    page,
    rule_level,
    takedown,
    taxonomy,
)

__all__ = [
    "article",
    "attachment",
    "edition",
    "front",
    "house_rule",
    "image",
    "mail_preference",
    "page",
    "rule_level",
    "takedown",
    "taxonomy",
]
