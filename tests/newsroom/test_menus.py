"""The menus of every page show the sections and pages as they are, and where the reader is."""

import re

import pytest

from newsroom.whole_pages.front import WholePages
from tests import factories
from tests.newsroom.whole_pages.conftest import environ_of

CURRENT = re.compile(r'<a href="([^"]*)" aria-current="(\w+)">')


@pytest.mark.django_db
def test_the_menu_marks_the_page_that_is_shown_and_its_section(client):
    article = factories.published(section=factories.section("Sports", slug="sports"))
    factories.section("City", slug="city")

    def current(address):
        menu = client.get(address).content.decode().partition("<main")[0]
        assert menu.count('<li><a href="/section/') == 2
        return CURRENT.findall(menu)

    assert current("/section/sports/") == [("/section/sports/", "page")]
    assert current(article.path) == [("/section/sports/", "true")]
    assert current("/search/") == [("/search/", "page")]
    assert current("/") == []


@pytest.mark.django_db
def test_names_in_menus_are_escaped_and_typeset(client, settings):
    settings.LANGUAGE_CODE = "fr"
    factories.section("Art & vie : tout", slug="art")
    factories.page("Qui <sommes>-nous ?")
    page = client.get("/").content.decode()
    assert page.count("Art &amp; vie\N{NO-BREAK SPACE}: tout</a>") == 2
    assert "Qui &lt;sommes&gt;-nous\N{NARROW NO-BREAK SPACE}?</a>" in page


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_kept_has_no_menu_of_before(monkeypatch):
    """The section was renamed on another machine, right after this one had read the menu."""
    from articles.models import change
    from newsroom.wsgi import get_wsgi_application

    section = factories.section("City")
    application = get_wsgi_application()

    def page(pages):
        return b"".join(pages(environ_of("/"), lambda *args: None)).decode()

    assert "City</a>" in page(WholePages(application, room=2**20))
    monkeypatch.setattr(change.mark, "move", lambda: None)
    section.name = "Town"
    section.save()
    assert "City" not in page(WholePages(application, room=2**20))
