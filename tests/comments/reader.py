"""A reader at the article's page, as the tests of the view need one."""

from urllib.parse import urlencode

from django.urls import reverse

from tests.pages import typed

#: What today's browsers say of a form sent from our own page.
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Reader:
    """Reads an article and comments on it, without JavaScript and without a cookie."""

    def __init__(self, client, article, address="192.0.2.1"):
        self.client, self.article, self.address = client, article, address
        self.url = reverse("comments:post", args=[article.pk])

    def open(self):
        """Read the article; return what its form holds."""
        self.page = self.client.get(self.article.path)
        return typed(self.page)

    def send(self, headers=SAME_ORIGIN, **fields):
        """Send the form of the page in view with `fields` typed over it."""
        data = {**typed(self.page), **fields}
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
