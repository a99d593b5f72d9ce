"""Content is copied from a working copy to an edition (a press), or back from an edition."""

import pytest

from articles.models import Article, Byline, Content, Edition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """An article with a value in each field that readers read."""
    article = factories.article(
        kicker="Transport", standfirst="A year late.", dateline="LYON", language="fr",
        lead_image=factories.image(), lead_alt="A bridge", lead_caption="At dawn",
        lead_credit="Rose", elsewhere="https://example.org/ A bridge",
        series=factories.series(), series_part=1,
        topics=[factories.topic("Rivers"), factories.topic("Bridges")],
    )  # fmt: skip
    article.related.add(factories.article("The ferry"))
    for position, (name, role) in enumerate([("Zoe", "in Lyon"), ("Anne", "")]):
        author = factories.author(name)
        Byline.objects.create(article=article, author=author, role=role, position=position)
    return article


def read(content):
    """Return the value of each field that readers read, by name, with the byline."""
    fields = {field.name: getattr(content, field.name) for field in Content._meta.fields}
    lists = {f.name: set(getattr(content, f.name).all()) for f in Content._meta.many_to_many}
    byline = [(credit.author.name, credit.role) for credit in content.bylines.all()]
    return {**fields, **lists, "byline": byline}


def test_every_field_has_something_in_it_here(full):
    assert all(read(full).values())


def test_an_edition_has_all_that_its_article_has(full):
    assert read(full.press(by=None)) == read(full)


def test_a_working_copy_can_be_taken_back_from_an_edition(full):
    edition = full.press(by=None)
    other = factories.article("Other", topics=[factories.topic("Trams")])
    Byline.objects.create(article=other, author=factories.author("Max"))
    edition.copy_to(other)
    assert read(Article.objects.get(pk=other.pk)) == read(edition)
    assert other.path is None


def test_an_edition_that_is_there_is_no_place_to_copy_to(full):
    edition = full.press(by=None)
    with pytest.raises(TypeError, match="never changes"):
        factories.article("Other").copy_to(edition)
    assert Edition.objects.get().headline == full.headline
