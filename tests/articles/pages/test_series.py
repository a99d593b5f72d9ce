"""Series: the parts that readers have, in order, with ways from one to the next."""

import json
import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from articles.models import Article, Series
from articles.publishing.snapshots import snapshot
from tests import factories
from tests.pages import form_values, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return factories.series("The river", slug="river", description="From its source to the sea.")


@pytest.fixture
def parts(series):
    """Three public parts and a draft, pressed out of order."""
    made = {
        number: factories.published(f"Part {name}", series=series, series_part=number)
        for number, name in {3: "three", 1: "one", 2: "two"}.items()
    }
    factories.article("Part four", series=series, series_part=4)
    return made


def nav(page):
    found = re.search(r'<nav class="series".*?</nav>', page.text, re.DOTALL)[0]
    return " ".join(strip_tags(found).split())


def test_a_part_says_its_number_and_links_to_the_others_in_their_order(client, parts):
    page = client.get(parts[2].path)
    assert "Part 2 of the series The river" in words(page)
    assert nav(page) == "The river Part one Part two Part three Previous part Next part"
    assert f'<a rel="prev" href="{parts[1].path}">' in page.text
    assert f'<a rel="next" href="{parts[3].path}">' in page.text
    assert '<li value="2"><span aria-current="page"' in page.text


def test_the_first_and_the_last_part_have_one_way(client, parts):
    assert nav(client.get(parts[1].path)).endswith("Part three Next part")
    assert nav(client.get(parts[3].path)).endswith("Part three Previous part")


def test_a_part_that_stands_alone_has_no_list(client, series):
    article = factories.published(series=series, series_part=5)
    page = client.get(article.path)
    assert "Part 5 of the series" in words(page)
    assert '<nav class="series"' not in page.text


def test_the_page_of_a_series_has_all_public_parts_in_order(client, parts, series):
    page = client.get("/series/river/")
    headlines = re.findall(r"teaser-headline.*?>(Part \w+)<", page.text)
    assert headlines == ["Part one", "Part two", "Part three"]
    assert "From its source to the sea." in words(page)
    for name in ("atom.xml", "rss.xml"):
        feed = client.get(f"/series/river/{name}").text
        assert "Part two" in feed
        assert "Part four" not in feed
    assert "/series/river/" in client.get("/sitemap-listings.xml").text


def test_a_series_without_a_public_part_is_not_there(client, series):
    factories.article(series=series, series_part=1)
    assert client.get("/series/river/").status_code == 404
    assert client.get("/series/river/atom.xml").status_code == 404
    assert "/series/river/" not in client.get("/sitemap-listings.xml").text


def test_parts_come_and_go_by_the_clock(client, parts, series, clock):
    factories.published("Part five", series=series, series_part=5, at=clock.now + timedelta(days=1))
    parts[1].withdraw(by=None, notice="Gone.")
    assert nav(client.get(parts[3].path)) == "The river Part two Part three Previous part"
    clock.forward(days=1, seconds=1)
    assert nav(client.get(parts[3].path)).endswith("Part five Previous part Next part")
    assert "Part one" not in client.get("/series/river/").text


def test_a_former_address_redirects(client, parts, series):
    series.slug = "the-river"
    series.save()
    for page in ("", "atom.xml"):
        response = client.get(f"/series/river/{page}")
        assert (response.status_code, response["Location"]) == (301, f"/series/the-river/{page}")


def test_machines_are_told_the_series_and_the_place(client, parts):
    page = client.get(parts[2].path).text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    article = data["@graph"][0]
    assert article["position"] == 2
    assert [each.get("name") for each in article["isPartOf"]][-1] == "The river"


def test_an_edition_keeps_its_part_while_the_working_copy_changes(client, parts, series):
    Article.objects.filter(pk=parts[1].pk).update(series_part=9)
    assert "Part 1 of the series" in words(client.get(parts[1].path))
    assert {"series_id", "series_part"} <= snapshot(parts[1]).keys()


def test_two_parts_with_one_number_are_both_shown(client, series):
    first = factories.published("First", series=series, series_part=1)
    second = factories.published("Second", series=series, series_part=1)
    assert nav(client.get(first.path)) == "The river Second First Previous part"
    assert nav(client.get(second.path)) == "The river First Second Previous part"


# --- In the form ----------------------------------------------------------------------------------


def save(client, article, **typed):
    url = f"/admin/articles/article/{article.pk}/change/"
    values = form_values(client.get(url), "article_form")
    return client.post(url, {**values, **typed, "_save": "1"})


def test_the_next_number_is_taken_where_none_is_typed(editor_client, parts, series):
    article = factories.article("Part five")
    assert save(editor_client, article, series=series.pk).status_code == 302
    article.refresh_from_db()
    assert (article.series, article.series_part) == (series, 5)
    # Saved again, it keeps its number.
    save(editor_client, article, series_part="")
    article.refresh_from_db()
    assert article.series_part == 5


def test_a_new_series_is_made_by_its_name(editor_client):
    article = factories.article()
    assert save(editor_client, article, series="new:The sea").status_code == 302
    article.refresh_from_db()
    assert (article.series, article.series_part) == (Series.objects.get(name="The sea"), 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"series_part": "2"}, "A part has a number only in a series"),
        ({"series": "1", "series_part": "2"}, "“Part two” is part 2 of this series already."),
        ({"series": "1", "series_part": "4"}, "An article that is not public is part 4"),
        ({"series": "1", "series_part": "0"}, "greater than or equal to 1"),
        ({"series": "1", "series_part": "1000"}, "less than or equal to 999"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(editor_client, parts, series, typed, said):
    article = factories.article("Part new")
    if "series" in typed:
        typed = {**typed, "series": series.pk}
    page = save(editor_client, article, **typed)
    assert said in words(page)
    article.refresh_from_db()
    assert article.series_id is None


def test_the_number_that_readers_see_is_taken_whatever_the_working_copy_says(
    editor_client, parts, series
):
    Article.objects.filter(pk=parts[3].pk).update(series_part=8, headline="Not yet told")
    article = factories.article("Part new")
    page = save(editor_client, article, series=series.pk, series_part="3")
    assert "“Part three” is part 3 of this series already. The next number is 9." in words(page)
    Article.objects.filter(pk=parts[3].pk).update(series=None, series_part=None)
    page = save(editor_client, article, series=series.pk, series_part="3")
    assert "“Part three” is part 3 of this series already. The next number is 5." in words(page)
    parts[3].withdraw(by=None, notice="Gone.")
    assert save(editor_client, article, series=series.pk, series_part="3").status_code == 302


def test_a_number_that_an_edition_will_have_is_taken(editor_client, parts, series, clock):
    later = factories.published(
        "Part five", series=series, series_part=5, at=clock.now + timedelta(days=1)
    )
    Article.objects.filter(pk=later.pk).update(series_part=6)
    page = save(editor_client, factories.article(), series=series.pk, series_part="5")
    assert "not public is part 5 of this series already. The next number is 7." in words(page)
    assert "Part five" not in words(page).partition("is part 5")[0]


def test_a_series_with_parts_cannot_be_deleted_and_lists_them(editor_client, parts, series):
    url = f"/admin/articles/series/{series.pk}/"
    page = words(editor_client.get(f"{url}change/"))
    assert "1 · Part one · Published" in page
    assert "4 · Part four · Draft" in page
    assert editor_client.post(f"{url}delete/", {"post": "yes"}).status_code in (200, 403)
    assert Series.objects.filter(pk=series.pk).exists()


def test_a_preview_shows_the_part_in_its_place(editor_client, parts, series):
    draft = Article.objects.get(headline="Part four")
    page = editor_client.get(f"/admin/articles/article/{draft.pk}/preview/")
    assert nav(page) == "The river Part one Part two Part three Part four Previous part"


def test_the_page_of_a_part_costs_the_same_however_many_parts(
    client, series, django_assert_max_num_queries
):
    for number in range(1, 12):
        article = factories.published(f"P{number}", series=series, series_part=number)
    client.get(article.path)
    with django_assert_max_num_queries(30) as found:
        client.get(article.path)
    many = len(found)
    lone = factories.published("Lone", series=factories.series("B"), series_part=1)
    with django_assert_max_num_queries(many) as found:
        client.get(lone.path)
    assert abs(many - len(found)) <= 2
