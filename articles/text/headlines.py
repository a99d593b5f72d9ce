"""The size of a headline, by its length."""

#: A headline of more than LONG characters is set smaller, one of fewer than SHORT larger.
LONG, SHORT = 80, 24


def size_class(headline: str) -> str:
    """Return the CSS class of a headline that is very long or very short, or an empty string."""
    if len(headline) > LONG:
        return "is-long"
    return "is-short" if len(headline) < SHORT else ""
