"""Data for machines in the head of pages (JSON-LD, Open Graph, links), read by lxml and json."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image as Picture

from articles.pictures import renditions
from articles.pictures.renditions import PictureFile
from common.invisible import visible, visible_line
from tests import factories, machines

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def news(client, article):
    return machines.structured(client.get(article.path))["NewsArticle"]


def test_an_article_is_described_whole(client):
    authors = [factories.author(), factories.author("Léa Petit")]
    section = factories.section("City")
    article = factories.published(
        "The bridge reopens", standfirst="At last.", dateline="Lyon", language="fr", at=MAY,
        body="<p>One two</p><p>three, <strong>four</strong>.</p>", authors=authors,
        section=section, topics=[factories.topic("Bridges")],
    )  # fmt: skip
    data = news(client, article)
    assert data["headline"] == "The bridge reopens"
    assert data["description"] == "At last."
    assert data["dateline"] == "Lyon"
    assert data["url"] == data["mainEntityOfPage"] == settings.SITE_URL + article.path
    assert data["inLanguage"] == "fr"
    assert data["articleSection"] == "City"
    assert data["keywords"] == ["Bridges"]
    assert data["wordCount"] == 4
    assert data["commentCount"] == 0
    assert data["isPartOf"]["@type"] == "WebSite"
    assert data["publisher"]["name"] == settings.SITE_NAME
    assert data["publisher"]["logo"]["url"].startswith(settings.SITE_URL)
    assert [(a["@type"], a["name"], a["url"]) for a in data["author"]] == [
        ("Person", author.name, settings.SITE_URL + author.get_absolute_url()) for author in authors
    ]


def test_an_article_that_nobody_signs_is_the_newsrooms(client):
    [author] = news(client, factories.published())["author"]
    assert (author["@type"], author["name"]) == ("NewsMediaOrganization", settings.SITE_NAME)


def test_nothing_is_said_that_is_not_there(client):
    data = news(client, factories.published())
    assert {"description", "dateline", "image", "correction", "keywords"}.isdisjoint(data)


def test_approved_comments_are_counted(client):
    article = factories.published()
    factories.comment(article).approve(by=None)
    factories.comment(article)
    assert news(client, article)["commentCount"] == 1


EVIL = '</script><script>alert("1")</script><!-- & \\u003C \u2028 ]]>'


def test_no_words_can_end_the_block_of_data(client):
    author = factories.author(EVIL[:60])
    article = factories.published(EVIL, standfirst=EVIL, authors=[author], at=MAY)
    response = client.get(article.path)
    data = machines.structured(response)["NewsArticle"]
    assert (data["headline"], data["description"]) == (visible_line(EVIL), visible(EVIL))
    assert data["author"][0]["name"] == author.name
    assert "<script>alert" not in response.text
    assert machines.properties(response)["og:title"] == visible_line(EVIL)


@pytest.fixture
def crops(monkeypatch):
    """Let each picture have every crop, as if the worker had made its renditions."""

    def best_file(image, ratio, width):
        across, down = map(int, ratio.split(":"))
        return PictureFile(f"/media/{across}x{down}.jpg", width, width * down // across)

    monkeypatch.setattr(renditions, "best_file", best_file)


def test_a_picture_is_given_in_three_crops(client, crops):
    article = factories.published(lead_image=factories.image(), lead_alt="A bridge", at=MAY)
    images = news(client, article)["image"]
    assert {round(i["width"] / i["height"], 2) for i in images} == {1.0, 1.33, 1.78}
    assert all(i["url"].startswith(f"{settings.SITE_URL}/media/") for i in images)
    properties = machines.properties(client.get(article.path))
    assert properties["og:image"] == f"{settings.SITE_URL}/media/16x9.jpg"
    assert (properties["og:image:width"], properties["og:image:height"]) == ("1200", "675")
    assert properties["og:image:alt"] == "A bridge"


def test_a_picture_without_crops_is_given_once_as_it_is(client):
    picture = factories.image()
    article = factories.published(lead_image=picture, lead_alt="A bridge", at=MAY)
    [image] = news(client, article)["image"]
    assert (image["width"], image["height"]) == (60, 40)
    assert image["url"] == settings.SITE_URL + picture.file.url


def test_pictures_of_another_host_keep_their_address(client, settings, monkeypatch):
    file = PictureFile("https://cdn.example/x.jpg", 6, 4)
    monkeypatch.setattr(renditions, "best_file", lambda *_: file)
    article = factories.published(lead_image=factories.image(), lead_alt="A bridge", at=MAY)
    assert news(client, article)["image"][0]["url"] == "https://cdn.example/x.jpg"


def test_corrections_and_a_retraction_are_told_to_machines(client, clock):
    article = factories.published(at=MAY)
    assert news(client, article)["creativeWorkStatus"] == "Published"
    for kind in ("correction", "retraction"):
        clock.forward(hours=1)
        article.press(by=None, correction=factories.correction(f"A {kind}.", kind=kind))
    data = news(client, article)
    assert [(c["@type"], c["name"], c["text"]) for c in data["correction"]] == [
        ("CorrectionComment", "Retraction", "A retraction."),
        ("CorrectionComment", "Correction", "A correction."),
    ]
    assert data["creativeWorkStatus"] == "Retracted"


# --- Breadcrumbs, site and profile ----------------------------------------------------------------


def crumbs(response):
    steps = machines.structured(response)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    return [(step["name"], step["item"].removeprefix(settings.SITE_URL)) for step in steps]


def test_breadcrumbs_lead_from_the_front_page(client):
    section, author = factories.section("City"), factories.author()
    article = factories.published("The bridge", section=section, authors=[author], at=MAY)
    home, city = (settings.SITE_NAME, "/"), ("City", section.get_absolute_url())
    assert crumbs(client.get(article.path)) == [home, city, ("The bridge", article.path)]
    assert crumbs(client.get(section.get_absolute_url())) == [home, city]
    assert crumbs(client.get(author.get_absolute_url()))[1][0] == author.name


def test_the_front_page_says_who_publishes_and_how_to_search(client):
    site = machines.structured(client.get("/"))["WebSite"]
    assert site["publisher"]["@type"] == "NewsMediaOrganization"
    assert site["publisher"]["correctionsPolicy"].endswith("/corrections/")
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert template == f"{settings.SITE_URL}/search/?q={{search_term_string}}"


def test_an_authors_page_is_a_profile(client):
    author = factories.author(role="Reporter", bio="Writes.", photo=factories.image())
    factories.published(authors=[author], at=MAY)
    profile = machines.structured(client.get(author.get_absolute_url()))["ProfilePage"]
    who = profile["mainEntity"]
    assert (who["@type"], who["name"], who["jobTitle"]) == ("Person", author.name, "Reporter")
    assert who["image"].startswith(settings.SITE_URL)


# --- The rest of the head -------------------------------------------------------------------------


def test_every_page_has_one_canonical_address_and_its_title_and_feeds(client):
    author, topic, section = factories.author(), factories.topic(), factories.section()
    article = factories.published(authors=[author], topics=[topic], section=section, at=MAY)
    own = [section, topic, author, factories.page()]
    for path in ["/", article.path, "/corrections/", *(s.get_absolute_url() for s in own)]:
        response = client.get(path)
        tree = machines.page(response)
        assert tree.xpath('//link[@rel="canonical"]/@href') == [settings.SITE_URL + path]
        properties = machines.properties(response)
        assert properties["og:url"] == settings.SITE_URL + path
        assert properties["og:title"]
        assert properties["og:locale"] == "en_GB"
        alternates = tree.xpath('//link[@rel="alternate"]')
        assert len(alternates) >= 2, path
        for link in alternates:
            assert client.get(link.get("href"))["Content-Type"].startswith(link.get("type"))


def described(client, path):
    """Return the description of a page for search engines, and that for social networks."""
    response = client.get(path)
    [description] = machines.page(response).xpath('//meta[@name="description"]/@content')
    return description, machines.properties(response)["og:description"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_to_share_has_a_description_and_a_picture(client, settings, language):
    settings.LANGUAGE_CODE = language
    author, topic, section = factories.author(), factories.topic(), factories.section("Ville")
    page = factories.page("About", body="<h2>Us</h2><p>We <em>print</em>.</p>" + "<p>x</p>" * 99)
    empty = factories.section("Vide")
    factories.published(authors=[author], topics=[topic], section=section, at=MAY)
    for subject in (author, topic, section, empty):
        name, found = subject.name, described(client, subject.get_absolute_url())
        assert found[0] == found[1]
        assert name in found[0]
    front, corrections = described(client, "/")[0], described(client, "/corrections/")[0]
    assert (settings.SITE_NAME in front, bool(corrections)) == (True, True)
    words = described(client, page.get_absolute_url())[0]
    assert words.startswith("Us We print. x x")
    assert len(words) <= 160
    for path in [
        "/",
        "/corrections/",
        *(s.get_absolute_url() for s in (author, topic, page, empty)),
    ]:
        properties = machines.properties(client.get(path))
        assert properties["og:image"] == f"{settings.SITE_URL}/static/social.png"
        assert properties["og:image:alt"] == settings.SITE_NAME


def test_what_the_newsroom_says_of_itself_comes_first(client, settings):
    settings.SITE_DESCRIPTION = "The paper of <Lyon> & around."
    author = factories.author(bio="Reads annexes.")
    section = factories.section(description="What is decided here.")
    factories.published(authors=[author], section=section, at=MAY)
    assert described(client, "/")[0] == settings.SITE_DESCRIPTION
    assert described(client, author.get_absolute_url())[0] == "Reads annexes."
    assert described(client, section.get_absolute_url())[0] == "What is decided here."


def test_a_page_of_lists_is_shared_with_the_first_picture_on_it(client, crops):
    author = factories.author()
    first = factories.published(at=MAY, authors=[author])
    own = {"section": first.section, "authors": [author], "lead_alt": "A bridge"}
    factories.published(at=MAY - timedelta(days=1), lead_image=factories.image(), **own)
    for path in ("/", first.section.get_absolute_url(), author.get_absolute_url()):
        properties = machines.properties(client.get(path))
        assert properties["og:image"] == f"{settings.SITE_URL}/media/16x9.jpg", path
        assert properties["og:image:alt"] == "A bridge"
    author.photo = factories.image()
    author.save()
    properties = machines.properties(client.get(author.get_absolute_url()))
    assert properties["og:image"] == f"{settings.SITE_URL}/media/1x1.jpg"


def test_the_sites_own_picture_has_the_size_that_is_said():
    with Picture.open("static/social.png") as picture:
        assert picture.size == (1200, 630)


def test_pages_announce_the_feeds_of_what_they_show(client):
    article = factories.published(at=MAY)
    links = machines.page(client.get(article.path)).xpath('//link[@rel="alternate"]/@href')
    section = article.section.get_absolute_url()
    assert f"{section}atom.xml" in links
    assert reverse("comments:feed", args=[article.pk, "atom"]) in links
    links = machines.page(client.get(section)).xpath('//link[@rel="alternate"]/@href')
    assert links == [f"{section}atom.xml", f"{section}rss.xml", "/atom.xml", "/rss.xml"]


def test_a_preview_tells_machines_nothing(editor_client, draft):
    preview = reverse("admin:articles_article_preview", args=[draft.pk])
    for is_public in (False, True):
        if is_public:
            draft.press(by=None)
            assert news(editor_client, draft)["headline"] == draft.headline
        response = editor_client.get(preview)
        assert f"{draft.headline}</h1>" in response.text
        assert "ld+json" not in response.text
        assert "canonical" not in response.text
        assert machines.properties(response) == {}
        assert machines.page(response).xpath('//meta[@name="robots"]/@content') == ["noindex"]
        feeds = machines.page(response).xpath('//link[@rel="alternate"]/@href')
        assert feeds == ["/atom.xml", "/rss.xml"]
