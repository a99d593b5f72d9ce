"""A crowd at once, through one trusted proxy: everything is stored, once, and nobody gets a 500."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from .site import forms_of, running_site

READERS = 200
CONNECTIONS = 16


@pytest.fixture(scope="module")
def crowded_site(template, akismet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    with running_site(folder, template, akismet, TRUSTED_PROXY_COUNT="1") as site:
        site.python(
            "s = Section.objects.create(name='City', slug='city');"
            "a = Article.objects.create(headline='Crowd', body='<p>All of them.</p>', section=s);"
            "a.press(by=None)"
        )
        yield site


def test_two_hundred_comments_at_once_are_all_stored_and_none_twice(crowded_site):
    site = crowded_site
    path = site.python("print(Article.objects.get().path)")
    form = forms_of(httpx.get(site.url + path).text)["comment-form"]

    def post_share(connection):
        with httpx.Client(base_url=site.url, timeout=300) as client:
            for number in range(connection, READERS, CONNECTIONS):
                answer = client.post(
                    form["action"].partition("#")[0],
                    data={**form["values"], "name": f"R{number}", "comment": f"Comment {number}"},
                    headers={
                        "Origin": site.url,
                        # The proxy appends; what stands before is the reader's own claim.
                        "X-Forwarded-For": f"10.0.0.1, 198.51.{number}.7",
                    },
                )
                yield answer.status_code

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        shares = pool.map(lambda connection: list(post_share(connection)), range(CONNECTIONS))
        statuses = Counter(status for share in shares for status in share)
    assert statuses == {303: READERS}
    stored = site.python(
        "from django.db.models import Count;"
        "print(Comment.objects.count(), Comment.objects.values('text').distinct().count(),"
        " Trace.objects.values('ip_address').distinct().count())"
    )
    assert stored == f"{READERS} {READERS} {READERS}"
