"""Many threads search and press at the same time: each gets the answers that one alone gets."""

import pytest
from django.test import Client

from articles.models import Article, Edition
from articles.search import words
from articles.search.queries import Query
from tests import factories, threads

THREADS = 8

VOCABULARY = [
    f"{root}{end}"
    for root in ("nation", "régul", "continu", "publi", "organis", "généreus", "activ", "histor")
    for end in (
        *("ement", "ements", "ation", "ations", "ité", "ités", "eurs", "euses", "iste", "istes"),
        *("ing", "ingly", "ization", "ousness", "fulness", "ées", "aient", "issions", "ive", "al"),
    )
]


@pytest.fixture
def many_switches():
    with threads.many_switches():
        yield


def test_threads_stem_each_word_as_one_thread_does(many_switches):
    stem = words.stem.__wrapped__  # without its cache, which would hide wrong stems
    pairs = [(word, language) for word in VOCABULARY for language in words.LANGUAGES]
    expected = [stem(*pair) for pair in pairs]
    for found in threads.in_threads(THREADS, lambda number: [stem(*pair) for pair in pairs]):
        assert found == expected


@pytest.mark.django_db(transaction=True)
def test_threads_search_and_find_what_one_thread_finds(many_switches):
    for number in range(0, len(VOCABULARY), 10):
        some = " ".join(VOCABULARY[number : number + 10])
        factories.published(
            VOCABULARY[number], language=words.LANGUAGES[number // 10 % 2], body=f"<p>{some}</p>"
        )
    words.stem.cache_clear()
    alone = {typed: Client().get("/search/", {"q": typed}).content for typed in VOCABULARY[::9]}
    assert len(set(alone.values())) > 10

    def search(number):
        words.stem.cache_clear()
        return {
            typed: Client().get("/search/", {"q": typed}).content
            for typed in [*VOCABULARY[number * 9 :: 9], *VOCABULARY[: number * 9 : 9]]
        }

    for found in threads.in_threads(THREADS, search):
        assert found == alone


@pytest.mark.django_db(transaction=True)
def test_an_article_is_found_by_all_its_words_even_if_many_are_pressed_at_once(many_switches):
    copies = [factories.article(f"Bridge {number}") for number in range(THREADS)]
    Article.objects.update(body=f"<p>{' '.join(VOCABULARY)}</p>")
    words.stem.cache_clear()
    threads.in_threads(
        THREADS, lambda number: Article.objects.get(pk=copies[number].pk).press(by=None)
    )
    words.stem.cache_clear()
    for word in VOCABULARY:
        assert Edition.objects.live().matching(Query.parse(word)).count() == THREADS, word
