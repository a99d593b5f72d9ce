"""Less of all that takes time, and threads that are shorter, for sites that tests grow."""

import pytest

from newsroom.growth import growing, library, plans, vocabulary


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(vocabulary, "BODIES", 40)
    monkeypatch.setattr(vocabulary, "COMMENTS", 40)
    monkeypatch.setattr(library, "TOPICS", 12)
    monkeypatch.setattr(library, "AUTHORS", 8)
    monkeypatch.setattr(library, "PICTURES", 0)
    monkeypatch.setattr(growing, "ARTICLE_BATCH", 25)
    monkeypatch.setattr(growing, "COMMENT_BATCH", 60)
    monkeypatch.setattr(growing, "LONG_THREADS", {plans.LONG_THREAD: 20, plans.LONGEST_THREAD: 90})
