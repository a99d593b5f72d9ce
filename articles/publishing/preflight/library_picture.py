"""The checks before a picture of the library is saved."""

from .findings import finding


def of_image(image):
    if not image.alt.strip() and not image.decorative:
        yield finding("image_alt")
