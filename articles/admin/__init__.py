"""The desk of those who write and publish."""

from . import article, edition, front, image, page, taxonomy

__all__ = ["article", "edition", "front", "image", "page", "taxonomy"]
