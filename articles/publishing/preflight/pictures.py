"""What a picture of the library needs before it can be saved."""

from .findings import finding


def of_image(image):
    if not image.alt.strip() and not image.decorative:
        yield finding("image_alt")
