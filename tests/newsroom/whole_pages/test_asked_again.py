"""A page that a change may have touched asks its questions again, and is made anew only if it was.

`test_walk.py` compares such pages with fresh ones after all that can happen.
"""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from articles.models import Change, FrontSlot, Section
from common import compiled_queries
from newsroom.whole_pages import rules
from tests import factories

from .conftest import environ_of
from .test_front import addresses  # noqa: F401

pytestmark = pytest.mark.django_db

#: The pages that are made anew after each change, with what they read besides queries that are
#: kept. None of them is asked for often.
MADE_ANEW = {
    **dict.fromkeys(
        ["articles:archive", "articles:year", "articles:month", "articles:day"],
        "months, which it may have to count",
    ),
    **dict.fromkeys(
        [
            *("articles:sitemap", "articles:sitemap_listings", "articles:sitemap_month"),
            *("articles:sitemap_news", "robots"),
        ],
        "whole tables, by columns",
    ),
    "articles:versions": "the editions that it compares",
    "articles:corrections": "the articles that were corrected",
    "articles:page": "the page",
}


def something_else_changes():
    """Record a change that every page may show, of something that no page shows."""
    Change.objects.record(Change.Kind.SITE, 1)
    Change.objects.record(Change.Kind.ARTICLE, 10**6)


@pytest.fixture
def article(clock, db):
    article = factories.published("The bridge opens", section=factories.section("City"))
    clock.forward(minutes=1)
    return article


def test_a_change_elsewhere_costs_most_pages_their_questions_only(
    process,
    addresses,  # noqa: F811
):
    assert addresses.keys() == rules.QUERIES.keys()
    anew = set()
    for name, address in addresses.items():
        before = process.get(address)
        something_else_changes()
        made = process.made
        assert process.get(address) == before, name
        anew |= {name} if process.made > made else set()
        # It is kept again, and asks nothing.
        made = process.made
        assert process.get(address, HTTP_IF_NONE_MATCH=before.header["etag"]).status[:3] == "304"
        assert process.made == made, name
    assert anew == MADE_ANEW.keys()


def test_the_questions_of_a_page_are_its_queries(process, article, django_assert_num_queries):
    process.get(article.path)
    something_else_changes()
    process.pages._knows_all_changes()
    process.pages._turns.next(process.pages.clock())
    before = process.made
    page = process.pages.memory.former((article.path, ""), process.pages.clock())
    # In a transaction the small rows of every page are read anew: the menu, the foot, the policy.
    # The first query looks for changes.
    with django_assert_num_queries(1 + len(page.questions)):
        process.get(article.path)
    assert process.made == before
    assert len(page.questions) <= 12


def test_what_a_page_shows_in_another_coding_stays_compressed(process, article, monkeypatch):
    one = process.get(article.path, HTTP_ACCEPT_ENCODING="br")
    something_else_changes()
    monkeypatch.setattr("newsroom.whole_pages.page.compress", None)
    assert process.get(article.path, HTTP_ACCEPT_ENCODING="br") == one


def _renamed_section(article):
    section = Section.objects.get(pk=article.section_id)
    section.name = "The whole city"
    section.save()


def _section_in_the_menu(article):
    factories.section("Science")


def _comment(article):
    factories.comment(article, text="What about trams?").approve(by=None)


def _newer_neighbour(article):
    factories.published("The bridge closes", section=article.section)


def _correction(article):
    article.press(by=None, correction=factories.correction())


def _picture(article):
    article.lead_image, article.lead_alt = factories.image(), "A bridge"
    article.save()
    article.press(by=None)


@pytest.mark.parametrize(
    "change",
    [_renamed_section, _section_in_the_menu, _comment, _newer_neighbour, _correction, _picture],
)
def test_a_page_that_a_change_touches_is_made_anew(process, article, clock, change):
    before = process.get(article.path)
    change(article)
    clock.forward(seconds=1)
    made, after = process.made, process.get(article.path)
    assert process.made == made + 1
    assert after.body != before.body
    assert after.body == process.fresh(article.path).body


def test_the_page_of_an_article_that_is_gone_is_forgotten(process, article, clock):
    process.get(article.path)
    article.withdraw(by=None)
    clock.forward(seconds=1)
    assert process.get(article.path).status == "410 Gone"
    assert len(process.pages.memory) == 0


def test_when_an_edition_begins_other_pages_go_on(process, article, clock):
    other = factories.article("The river rises", section=factories.section("World"))
    other.press(by=None, at=clock.plus(hours=1))
    neighbour = factories.article("The bridge closes", section=article.section)
    neighbour.press(by=None, at=clock.plus(hours=2))
    before = process.get(article.path)
    clock.forward(minutes=90)
    made = process.made
    assert process.get(article.path) == before
    assert process.made == made
    clock.forward(hours=1)
    assert b"The bridge closes" in process.get(article.path).body
    assert process.made == made + 1


def test_a_page_that_is_made_while_changes_are_read_knows_its_end(
    process, article, clock, monkeypatch
):
    process.get("/")
    factories.article("The bridge closes", section=article.section).press(
        by=None, at=clock.plus(hours=2)
    )
    pages, notice = process.pages, process.pages.memory.notice

    def notice_slowly(changes):
        notice(changes)
        if changes:
            # Another thread.
            pages._make(("/", ""), environ_of("/"))

    monkeypatch.setattr(pages.memory, "notice", notice_slowly)
    pages._knows_all_changes()
    monkeypatch.setattr(pages.memory, "notice", notice)
    clock.forward(hours=3)
    assert b"bridge closes" in process.get("/").body


def test_a_front_page_with_many_strips_is_asked_again(process):
    for number in range(30):
        section = factories.section(f"Section {number}")
        for story in range(4):
            factories.published(f"Story {number}-{story}", section=section)
    process.get("/")
    something_else_changes()
    process.get("/")
    assert process.made == 1


def test_the_end_that_a_page_has_noted_does_not_move(process, article, clock, settings):
    settings.COMMENTS_CLOSE_AFTER_DAYS = 1
    assert b"<form" in process.get(article.path).body
    clock.forward(hours=12)
    something_else_changes()
    made = process.made
    process.get(article.path)
    assert process.made == made
    clock.forward(hours=12)
    assert b'name="stamp"' not in process.get(article.path).body


def test_a_place_on_the_front_page_ends_after_a_change_elsewhere(process, article, clock):
    newer = factories.published("The river rises", section=article.section)
    FrontSlot.objects.create(article=article, place=FrontSlot.Place.LEAD, until=clock.plus(hours=1))
    assert process.get("/").body.index(b"bridge opens") < process.get("/").body.index(b"river")
    something_else_changes()
    made = process.made
    process.get("/")
    assert process.made == made
    clock.forward(hours=1)
    body = process.get("/").body
    assert body.index(newer.headline.encode()) < body.index(b"bridge opens")


def test_a_page_is_made_anew_at_last_for_its_form(process, article, clock):
    process.get(article.path)
    for _day in range(6):
        clock.forward(days=1)
        something_else_changes()
        process.get(article.path)
    assert process.made == 1
    clock.forward(days=1)
    process.get(article.path)
    assert process.made == 2


def test_after_the_clock_was_put_back_a_page_is_made_anew(process, article, clock):
    process.get(article.path)
    something_else_changes()
    clock.forward(seconds=-1)
    process.get(article.path)
    assert process.made == 2


def test_a_list_that_lagged_behind_is_asked_again(process, article, clock):
    lists = article.section.get_absolute_url()
    process.get(lists)
    comment = factories.comment(article)
    comment.approve(by=None)
    comment.undo(by=None)
    clock.forward(seconds=61)
    made = process.made
    process.get(lists)
    assert process.made == made
    factories.comment(article).approve(by=None)
    clock.forward(seconds=61)
    process.get(lists)
    assert process.made == made + 1


def test_a_page_that_changes_while_it_asks_is_for_no_cache(process, article, monkeypatch):
    process.get(article.path)
    something_else_changes()
    real = compiled_queries._Compiled.answer

    def answer(self, values):
        something_else_changes()
        process.pages._read_changes()
        return real(self, values)

    monkeypatch.setattr(compiled_queries._Compiled, "answer", answer)
    made = process.made
    assert process.for_caches(article.path)["surrogate-control"] == "max-age=0"
    assert process.made == made
    assert process.still_kept([article.path]) == []


def test_where_the_database_fails_while_it_is_asked_django_answers(process, article, monkeypatch):
    process.get(article.path)
    something_else_changes()

    def answer(self, values):
        raise OperationalError("gone")

    monkeypatch.setattr(compiled_queries._Compiled, "answer", answer)
    made = process.made
    assert process.get(article.path).status == "200 OK"
    assert process.made == made + 1


def test_processes_that_share_pages_share_one_that_was_asked_again(article, clock):
    from newsroom.whole_pages.shared import SharedPages

    from .conftest import Process
    from .test_shared import Client

    client = Client()
    one, other = (Process(shared=SharedPages(client, "1")) for _ in range(2))
    one.get(article.path)
    something_else_changes()
    one.get(article.path)
    assert other.get(article.path).status == "200 OK"
    assert (one.made, other.made) == (1, 0)
    assert timezone.now() - clock.now < timedelta(seconds=1)
