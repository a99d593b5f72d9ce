"""Invisible characters reach neither titles, feeds nor data; joiners of scripts and emoji do."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.models import Article, Author, Byline, Correction, Image, Section, Topic
from tests import factories
from tests.pages import form_values

pytestmark = pytest.mark.django_db

#: A soft hyphen, zero-width characters, a tag character, a filler, a mark of direction, a control.
HIDDEN = "\xad\u200b\u200c\u200d\u2060\ufeff\U000e0041\u3164\u200e\u202e\ufe0f\x07"


def with_hidden(words):
    return HIDDEN.join(words)


@pytest.fixture
def article():
    section = factories.section(with_hidden("City"), slug="city")
    image = factories.image(alt=with_hidden("Bridge"), credit=with_hidden("Rose"))
    article = factories.published(
        with_hidden("Bridge"), kicker=with_hidden("Roads"), standfirst=with_hidden("Late."),
        body=f"<p>{with_hidden('Stone')} &shy;&#8203;&zwj;</p>", dateline=with_hidden("LYON"),
        section=section, lead_image=image, lead_alt=with_hidden("Arch"),
        lead_caption=with_hidden("Dawn"), lead_credit=with_hidden("Rose"),
        topics=[factories.topic(with_hidden("Rivers"), slug="rivers")],
        authors=[factories.author(with_hidden("Anne"), slug="anne")],
    )  # fmt: skip
    article.press(by=None, correction=factories.correction(with_hidden("Mended.")))
    return article


def test_no_page_no_feed_and_no_data_have_an_invisible_character(client, article):
    addresses = [
        article.path, "/", "/section/city/", "/topic/rivers/", "/author/anne/",
        "/atom.xml", "/rss.xml", "/corrections/", "/sitemap-listings.xml", "/sitemap-news.xml",
    ]  # fmt: skip
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    for address, answer in zip(addresses, answers, strict=True):
        text = answer.content.decode()
        assert not re.search(f"[{HIDDEN}]", text), address
    page = answers[0].content.decode()
    for words in ("Bridge", "Roads", "Late.", "Stone", "LYON", "Arch", "Dawn", "Rose", "Mended."):
        assert words in page


def test_it_is_clean_in_the_database_too_by_whatever_way_it_comes(article):
    Article.objects.filter(pk=article.pk).update(kicker=with_hidden("Update"))
    Topic.objects.bulk_create([Topic(name=with_hidden("Bulk"), slug="bulk")])
    assert Article.objects.get(pk=article.pk).kicker == "Update"
    assert set(Topic.objects.values_list("name", flat=True)) == {"Rivers", "Bulk"}
    assert Topic.objects.filter(name=with_hidden("Rivers")).exists()
    assert article.headline == Article.objects.get(pk=article.pk).headline == "Bridge"
    assert Correction.objects.get().text == "Mended."
    assert Image.objects.get().credit == "Rose"
    assert Section.objects.get().name == "City"
    assert Author.objects.get().name == "Anne"


def test_the_joiners_that_a_script_and_an_emoji_need_stay(client):
    words = "می‌خواهم क्‍ष 👩‍🚀 ❤️"
    article = factories.published(words, body=f"<p>{words}</p>", language="fr")
    assert article.headline == words
    assert client.get(article.path).content.decode().count(words) >= 3


def test_line_separators_are_spaces_in_a_headline_and_line_ends_in_a_body():
    article = factories.article(
        "One\u2028two\vthree",
        standfirst="One\u2029two",
        body="<p>One\u2028two\vthree\x85<em>four</em>\u2029</p>\u2028<p>Five\u2028</p>"
        "<p>Six&#12;seven&#8232;eight&#x2029;nine</p>",
    )
    assert article.headline == "One two three"
    assert article.standfirst == "One\ntwo"
    assert article.body == "<p>One<br>two<br>three<br><em>four</em></p><p>Five</p>" + (
        "<p>Six<br>seven<br>eight<br>nine</p>"
    )


@pytest.mark.parametrize("model", [Section, Topic, Author])
@pytest.mark.parametrize("name", ["\u3164", "\u2800\u200b", HIDDEN], ids=ascii)
def test_a_name_that_nobody_can_see_is_no_name(model, name):
    with pytest.raises(ValidationError) as refused:
        model(name=name, slug="x").full_clean()
    assert "name" in refused.value.error_dict


def test_the_admin_says_so_and_keeps_what_was_typed(admin_client):
    address = reverse("admin:articles_author_add")
    values = form_values(admin_client.get(address), "author_form")
    answer = admin_client.post(address, {**values, "name": "\u3164", "slug": "x", "role": "Desk"})
    assert answer.context["adminform"].form.errors["name"]
    assert 'value="Desk"' in answer.content.decode()
    assert not Author.objects.exists()


def test_characters_that_nobody_sees_do_not_count(admin_client):
    address = reverse("admin:articles_topic_add")
    values = form_values(admin_client.get(address), "topic_form")
    name = "\xad".join("x" * 60)
    admin_client.post(address, {**values, "name": name, "slug": "x"})
    assert Topic.objects.get().name == "x" * 60


def test_a_byline_has_a_clean_role(article):
    credit = Byline.objects.create(
        article=article, author=Author.objects.get(), role=with_hidden("photo")
    )
    assert credit.role == "photo"
