"""The work of a worker on link cards, and the answers to the editor."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from articles.cards import fetching
from articles.models import Image, LinkCard
from articles.text.cleaner import clean
from common.outbound import Answer, CannotFetch

from ... import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADDRESS = "https://video.example/1"
CARD = reverse("admin:articles_article_card")


def picture(width=200):
    file = BytesIO()
    Pillow.new("RGB", (width, 100)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def web(monkeypatch):
    """Pages by address; each is a body, or the code of a failure. `asked` has the addresses."""
    pages = {"asked": []}

    def fetch(address, **options):
        pages["asked"].append(address)
        body = pages.get(address, "status")
        if isinstance(body, str):
            raise CannotFetch(body)
        return Answer(address, options["media_types"][0], "utf-8", body)

    monkeypatch.setattr(fetching, "fetch", fetch)
    return pages


def fetched(address=ADDRESS, **options):
    card = LinkCard.objects.ask(address, **options)
    fetching.fetch_due(LinkCard.objects.all())
    card.refresh_from_db()
    return card


def test_a_page_is_fetched_once_with_its_picture(web):
    web[ADDRESS] = b"<title>Le pont</title><meta property=og:image content=/p.png>"
    web["https://video.example/p.png"] = picture()
    card = fetched()
    fetched(ADDRESS + "#later")
    assert web["asked"] == [ADDRESS, "https://video.example/p.png"]
    assert (card.state, card.title, card.source) == ("fetched", "Le pont", "video.example")
    assert card.image.decorative
    assert card.image.file.url.startswith("/media/images/")


def test_a_card_does_without_a_picture_that_is_tiny_or_none(web):
    web[ADDRESS] = b"<title>Le pont</title><meta property=og:image content=/p.png>"
    for body in (picture(width=1), b"<svg/>", "too_big"):
        web["https://video.example/p.png"] = body
        assert fetched(again=True).state == "fetched"
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("page", "state"), [("refused", "refused"), ("status", "failed"), (b"no title", "failed")]
)
def test_a_failure_says_why_and_can_be_tried_again(web, page, state):
    web[ADDRESS] = page
    card = fetched()
    assert card.state == state
    assert card.why
    web[ADDRESS] = b"<title>Le pont</title>"
    card = fetched(again=True)
    assert (card.state, card.why) == ("fetched", "")


def test_a_server_that_is_away_is_asked_a_few_times(web):
    web[ADDRESS] = "unreachable"
    assert fetched().state == "waiting"
    for _attempt in range(2):
        LinkCard.objects.update(due_at=timezone.now())
        fetching.fetch_due(LinkCard.objects.all())
    assert LinkCard.objects.get().state == "failed"
    assert len(web["asked"]) == 3


def test_two_workers_never_fetch_the_same_card():
    LinkCard.objects.ask(ADDRESS)
    first, second = LinkCard.objects.get(), LinkCard.objects.get()
    assert first.claim()
    assert not second.claim()


def test_the_answer_of_a_page_is_forgotten_after_a_month():
    card = LinkCard.objects.ask(ADDRESS)
    LinkCard.objects.update(asked_at=timezone.now() - timedelta(days=31))
    assert list(LinkCard.objects.expired()) == [card]


def test_the_editor_gets_the_words_and_the_picture_of_a_card(editor_client, web):
    image = factories.image()
    LinkCard.objects.create(address=ADDRESS, state="fetched", title="Le pont", image=image)
    answer = editor_client.post(CARD, {"address": ADDRESS}).json()
    assert (answer["state"], answer["title"], answer["picture"]["id"]) == (
        "fetched",
        "Le pont",
        image.pk,
    )


@pytest.mark.parametrize("address", ["", "x", "ftp://a.example", "http://a:b@c.example/", "\0"])
def test_an_address_that_nobody_may_ask_is_refused_in_words(editor_client, address):
    answer = editor_client.post(CARD, {"address": address}).json()
    assert answer["state"] == "refused"
    assert answer["why"]
    assert not LinkCard.objects.exists()


def test_a_card_is_stored_in_the_body_as_it_is():
    image = factories.image()
    body = clean(
        f'<blockquote class="card"><figure><img data-file="{image.pk}" alt=""></figure>'
        f'<p><a href="{ADDRESS}">Le pont</a></p><p>Video</p></blockquote>'
    )
    assert body.startswith('<blockquote class="card"><figure><img src="/media/')
    assert body.endswith("<p>Video</p></blockquote>")
    assert clean(str(body)) == body
