"""The admin of articles, for the people who write and publish."""

from . import article, edition, front, image, page, takedown, taxonomy

__all__ = ["article", "edition", "front", "image", "page", "takedown", "taxonomy"]
