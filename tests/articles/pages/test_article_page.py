"""`ArticlePage` holds all that its templates show, of an edition or of a working copy."""

import dataclasses

import pytest
from django.utils.functional import cached_property

from articles.models import Article, Edition
from articles.pages.article_page import ArticlePage
from articles.pages.preview_page import PreviewPage
from articles.text.headlines import LONG, SHORT

from ... import factories
from ...pages import words

pytestmark = pytest.mark.django_db

#: Properties of a page that may differ between an edition and a preview.
MAY_DIFFER = {"onward"}


def property_values(page) -> dict:
    """Return the value of each property of a page, by name, except those in `MAY_DIFFER`."""
    names = [
        name
        for name, value in vars(ArticlePage).items()
        if isinstance(value, property | cached_property)
    ]
    return {name: getattr(page, name) for name in names if name not in MAY_DIFFER}


def page_of(article) -> ArticlePage:
    return ArticlePage.of_edition(Edition.objects.live().for_page().get(article=article))


def preview_of(article) -> ArticlePage:
    return PreviewPage.of_working_copy(Article.objects.get(pk=article.pk))


def preview(client, article):
    return client.get(f"/admin/articles/article/{article.pk}/preview/")


@pytest.fixture
def full():
    return factories.published(
        "Le pont est fermé !", language="fr", kicker="Ville", standfirst="Il rouvre : demain ?",
        dateline="Lille", body="<h2>Un</h2><p>Deux</p>",
        lead_image=factories.image(content=factories.picture_bytes((40, 60))), lead_alt="Le pont",
        lead_caption="Le pont : hier", lead_credit="A. Leroy",
        authors=[factories.author(photo=factories.image())], topics=[factories.topic()],
        elsewhere="https://example.org/ Le pont : des chiffres | INSEE",
    )  # fmt: skip


@pytest.mark.parametrize("kind", [None, "update", "correction", "retraction"])
def test_a_preview_of_what_was_just_published_says_what_the_page_says(full, clock, kind):
    if kind:
        clock.forward(hours=1)
        full.press(by=None, correction=factories.correction(kind=kind))
    page, shown = property_values(page_of(full)), property_values(preview_of(full))
    # Edition and working copy have separate rows of credits, so compare the fields of these.
    credits = [[(c.author, c.role) for c in each.pop("bylines")] for each in (page, shown)]
    assert credits[0] == credits[1] != []
    assert page.pop("reading").html == shown.pop("reading").html
    assert {name: (page[name], shown[name]) for name in page if page[name] != shown[name]} == {}
    assert {"lead", "elsewhere", "retraction", "portrait", "address", "changed_at"} <= page.keys()


def test_a_preview_of_a_retracted_article_says_so_and_when_it_was_updated(editor_client, clock):
    article = factories.published("The bridge falls")
    clock.forward(hours=1)
    article.press(by=None, correction=factories.correction("It did not.", kind="retraction"))
    for response in (editor_client.get(article.path), preview(editor_client, article)):
        assert "<title>Retracted – The bridge falls" in response.text
        assert '<p class="retracted"' in response.text
        assert "Updated" in words(response)


def test_a_correction_to_come_shows_in_no_preview(editor_client, clock):
    article = factories.published()
    to_come = factories.correction("It did not.", kind="retraction")
    article.press(by=None, at=clock.plus(days=1), correction=to_come)
    assert preview_of(article).retraction is None
    assert preview_of(article).updated_at is None
    assert "Retracted" not in words(preview(editor_client, article))


def test_what_is_told_with_the_first_edition_is_no_update(draft):
    draft.press(by=None, correction=factories.correction(kind="note"))
    assert len(preview_of(draft).corrections) == 1
    assert page_of(draft).updated_at is preview_of(draft).updated_at is None


def test_what_was_never_published_has_the_date_that_it_would_get_now_and_no_address(draft, clock):
    page = preview_of(draft)
    assert page.published_at == page.changed_at == clock.now
    assert (page.path, page.address) == (None, None)
    assert page.is_preview


def test_a_page_is_never_changed(article):
    with pytest.raises(dataclasses.FrozenInstanceError):
        page_of(article).is_preview = True


@pytest.mark.parametrize(
    ("length", "size"),
    [(SHORT - 1, "is-short"), (SHORT, ""), (LONG, ""), (LONG + 1, "is-long")],
)
def test_a_headline_is_set_by_its_length(client, length, size):
    article = factories.published("x" * length)
    assert page_of(article).headline_size == size
    assert (f'<h1 class="{size}">' if size else "<h1>") in client.get(article.path).text
    # A list marks only long headlines: it has no room to set a short headline larger.
    assert ("is-long" in client.get("/").text) == (size == "is-long")


@pytest.mark.parametrize(("size", "ratio"), [((40, 60), "4:5"), ((60, 40), "3:2")])
def test_an_upright_picture_is_cropped_upright(size, ratio):
    image = factories.image(content=factories.picture_bytes(size))
    article = factories.published(lead_image=image, lead_alt="A bridge")
    assert page_of(article).lead.ratio == ratio
