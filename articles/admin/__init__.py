from . import article, edition, image, page, taxonomy

__all__ = ["article", "edition", "image", "page", "taxonomy"]
