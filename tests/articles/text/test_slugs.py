"""Slugs: the words of an address."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver, resolve

from articles.models import Article, Author, Page, Section, Topic
from articles.publishing import site_addresses
from articles.text.slugs import slug_of
from tests import factories

SLUGS = [
    ("Sœur Anne : le cœur à l'œuvre", "soeur-anne-le-coeur-a-l-oeuvre"),
    ("Ex æquo, Straße, Łódź, Ærø, Þór", "ex-aequo-strasse-lodz-aero-thor"),
    ("aujourd’hui", "aujourd-hui"),
    ("Paul's, l‘été, d´eau, rock ‹n› roll", "paul-s-l-ete-d-eau-rock-n-roll"),
    ("AC/DC – Lyon—Turin : 2020-2030", "ac-dc-lyon-turin-2020-2030"),
    ("«Oui»non “peut-être”", "oui-non-peut-etre"),
    ("R&D aux U.S.A., n° 5, 3,5 %", "rd-aux-usa-n-5-3-5"),
    ("1.5 million for version 2.0 of G.20", "1-5-million-for-version-2-0-of-g20"),
    ("un_deux", "un-deux"),
    ("e\u0301te\u0301 infor\u00admation zero\u200bwidth\ufeff", "ete-information-zerowidth"),
    ("Москва слезам не верит", "moskva-slezam-ne-verit"),
    ("Ελλάδα", "ellada"),
    ("深圳 東京2020", "shen-zhen-dong-jing-2020"),
    ("한국어", "hangugeo"),
    ("हिन्दी", "hindi"),
    ("عام ٢٠٢٦", "m-2026"),
    ("שלום", "slvm"),
    ("ไทย", "aithy"),
]


@pytest.mark.parametrize(("words", "slug"), SLUGS)
def test_letters_of_all_scripts_become_ascii_and_signs_separate(words, slug):
    assert slug_of(words, max_length=80, default="none") == slug


@pytest.mark.parametrize("words", ["", " ", "…!?", "😀", "«»", "\u200b\u00ad"])
def test_without_a_letter_the_slug_is_the_default(words):
    assert slug_of(words, max_length=80, default="article") == "article"


def test_a_slug_is_cut_and_never_ends_in_a_hyphen():
    assert slug_of("ab cd", max_length=3, default="x") == "ab"
    assert slug_of("œ" * 500, max_length=80, default="x") == "oe" * 40


@pytest.mark.parametrize(
    "model", [Section, Topic, Author, Page], ids=lambda model: model._meta.model_name
)
def test_an_empty_slug_is_made_from_the_name(db, model):
    title = "title" if model is Page else "name"
    made = model(**{title: "Sœur l’œuvre"}, **({"body": "<p>x</p>"} if model is Page else {}))
    made.full_clean()
    assert made.slug == "soeur-l-oeuvre"
    made.save()
    made.full_clean()
    made.slug = ""
    made.save()
    assert made.slug == "soeur-l-oeuvre"
    made.slug = "typed"
    made.full_clean()
    assert made.slug == "typed"


def test_a_second_object_of_the_same_name_is_asked_for_a_slug_of_its_own(db):
    factories.author("Anne Leroy", slug="anne-leroy")
    with pytest.raises(ValidationError) as refused:
        Author(name="Anne Leroy").full_clean()
    assert list(refused.value.message_dict) == ["slug"]


def test_what_is_published_keeps_its_address_when_the_rule_changes(db):
    article = factories.published("L'été", slug="lete")
    Article.objects.get(pk=article.pk).save()
    article.refresh_from_db()
    assert article.path.endswith("/lete/")


# --- Addresses of the site itself -----------------------------------------------------------------


def first_parts(patterns=None, before=""):
    """Yield the first part of each URL pattern, if it is made of fixed words."""
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if below := getattr(pattern, "url_patterns", None):
            yield from first_parts(below, route)
        elif re.fullmatch(r"[\w-]+", first := route.split("/")[0]):
            yield first


def test_no_page_takes_an_address_that_begins_like_one_of_the_site(db, settings):
    parts = {*first_parts(), "media", "static"}
    assert {"admin", "comments", "section", "topic", "author", "search", "health"} <= parts
    for slug in [*parts, *(part.upper() for part in parts), "2026", "0000"]:
        with pytest.raises(ValidationError) as refused:
            Page(title="x", slug=slug, body="<p>x</p>").full_clean()
        assert refused.value.error_dict["slug"][0].code == "address_taken", slug
    settings.MEDIA_URL, settings.STATIC_URL = "https://cdn.example/media/", "/assets/v1/"
    assert site_addresses.has("assets")
    assert not site_addresses.has("v1")


def test_a_page_called_like_a_part_of_the_site_is_refused_by_name(db):
    with pytest.raises(ValidationError) as refused:
        Page(title="Média", body="<p>x</p>", slug="").full_clean()
    assert refused.value.error_dict["slug"][0].code == "address_taken"


@pytest.mark.parametrize("slug", ["about", "contact", "mediator", "administration", "20261"])
def test_any_other_address_is_free(db, slug):
    Page(title="x", slug=slug, body="<p>x</p>").full_clean()


@pytest.mark.parametrize("slug", ["admin", "media", "static", "atom", "2026", "section"])
@pytest.mark.parametrize("kind", ["section", "topic", "series", "author"])
def test_sections_topics_and_authors_share_no_root_with_the_site(kind, slug):
    found = resolve(f"/{kind}/{slug}/")
    assert (found.url_name, found.kwargs) == (kind, {"slug": slug})


# --- Digits in addresses --------------------------------------------------------------------------


def in_arabic(text):
    return text.translate({ord(str(digit)): chr(0x660 + digit) for digit in range(10)})


def test_addresses_take_ascii_digits_only(client, db):
    article = factories.published(topics=[factories.topic()])
    comment = factories.comment(article)
    year, month, day = article.path.split("/")[1:4]
    addresses = [
        *(f"/{year}/", f"/{year}/{month}/", f"/{year}/{month}/{day}/", article.path),
        f"/sitemap-{year}-{month}.xml",
        f"/comments/{comment.pk}/",
        f"/comments/{comment.pk}/reply/",
        f"/comments/article/{article.pk}/",
        f"/comments/article/{article.pk}/atom.xml",
        f"/comments/article/{article.pk}/thread/",
    ]
    for address in addresses:
        assert in_arabic(address) != address
        assert client.get(in_arabic(address)).status_code == 404, address


@pytest.mark.parametrize("page", ["٢-٣", "²-1", "1-٢", "٢"])
def test_places_in_lists_take_ascii_digits_only(client, db, page):
    factories.published()
    first = client.get("/archive/").status_code, client.get("/search/?q=bridge").text
    assert first[0] == 200
    assert "before=" not in client.get(f"/search/?q=bridge&before={page}").text
    assert client.get(f"/corrections/?before={page}").status_code == 200
