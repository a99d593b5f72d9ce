"""Read a page as a browser does: its words, its forms, and the attributes of a tag."""

from html.parser import HTMLParser

from tests.journeys.site import forms_of

__all__ = ["attributes", "field_values", "form_values", "forms_of", "words"]


class _FirstTag(HTMLParser):
    found = None

    def handle_starttag(self, tag, attrs):
        self.found = self.found or dict(attrs)


def attributes(html) -> dict:
    """Return the attributes of the first tag in `html`."""
    parser = _FirstTag()
    parser.feed(str(html))
    return parser.found


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words = []

    def handle_data(self, data):
        self.words += data.split()


def words(response) -> str:
    """Return the text of `response`, without tags, with single spaces."""
    parser = _Words()
    parser.feed(response.text)
    return " ".join(parser.words)


def form_values(response, form_id="comment-form") -> dict:
    """Return the values in the fields of a form by their names, as a browser shows them."""
    values = forms_of(response.text)[form_id]["values"]
    # A browser drops a line break at the start of a <textarea>. Django always writes one there.
    return {name: value.removeprefix("\n") for name, value in values.items()}


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.values, self.area = {}, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input":
            self.values[attrs.get("id")] = attrs.get("value", "")
        if tag == "textarea":
            self.area = attrs.get("id")
            self.values[self.area] = ""

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


def field_values(response) -> dict:
    """Return the values in all fields of a page by their ids, inside a form or outside."""
    parser = _Fields()
    parser.feed(response.text)
    return {name: value.removeprefix("\n") for name, value in parser.values.items()}
