"""A reader on the article's page, for the tests of the views."""

from urllib.parse import urlencode

from django.urls import reverse

from tests.pages import form_values

#: The header that today's browsers send with a form from our own page.
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Reader:
    """A reader who opens an article and comments on it, without JavaScript and without a cookie."""

    def __init__(self, client, article, address="192.0.2.1"):
        self.client, self.article, self.address = client, article, address
        self.url = reverse("comments:post", args=[article.pk])

    def open(self):
        """Open the article; return the values in its form."""
        self.page = self.client.get(self.article.path)
        return form_values(self.page)

    def send(self, headers=SAME_ORIGIN, **fields):
        """Send the form of the current page, with `fields` in place of its values."""
        data = {**form_values(self.page), **fields}
        self.page = self.client.post(
            self.url,
            urlencode(data),
            "application/x-www-form-urlencoded",
            headers=headers,
            REMOTE_ADDR=self.address,
        )
        return self.page

    def comment(self, **fields):
        self.open()
        return self.send(**{"name": "Paul", "comment": "Hello", **fields})
