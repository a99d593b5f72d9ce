"""How large a headline is set, by its length."""

#: Beyond so many characters it is set smaller, and below so many larger.
LONG, SHORT = 80, 24


def size_class(headline: str) -> str:
    """Return the CSS class of a headline that is very long or very short, or nothing."""
    if len(headline) > LONG:
        return "is-long"
    return "is-short" if len(headline) < SHORT else ""
