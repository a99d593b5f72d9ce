"""Galleries: figures in one block, on pages, in feeds, and after the takedown of a picture."""

import pytest

from articles.pictures import display
from articles.text import content_model
from articles.text.differences import blocks
from articles.text.figures import without_picture
from tests import factories


def img(number):
    return (
        f'<img src="/media/{number}.jpg" alt="a{number}" width="6" height="4"'
        f' data-file="{number}" loading="lazy">'
    )


def figure(number, caption=""):
    return f"<figure>{img(number)}{caption and f'<figcaption>{caption}</figcaption>'}</figure>"


def gallery(*figures):
    return f"<figure>{''.join(figures)}</figure>"


TWO = gallery(figure(1, "one"), figure(2))


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (TWO, TWO),
        (gallery(figure(1)), figure(1)),
        (gallery(gallery(figure(1), figure(2)), figure(3)), gallery(*map(figure, (1, 2, 3)))),
        (
            gallery(img(1), figure(2), "<figcaption>c</figcaption>"),
            gallery(figure(1, "c"), figure(2)),
        ),
        # Its own words are those of a lone figure, or a paragraph after it.
        (gallery(figure(1), "<figcaption>c</figcaption>"), figure(1, "c")),
        (
            gallery(figure(1), "<p>a</p>", figure(2), "<figcaption>b <em>c</em></figcaption>"),
            f"{gallery(figure(1), figure(2))}<p>a</p><p>b <em>c</em></p>",
        ),
        (f"<p>a{TWO}b</p>", f"<p>a</p>{TWO}<p>b</p>"),
    ],
)  # fmt: skip
def test_a_gallery_holds_two_or_more_figures_and_nothing_else(typed, stored):
    assert content_model.valid(typed) == stored
    assert content_model.valid(stored) == stored


@pytest.mark.any_database
def test_a_takedown_leaves_a_valid_gallery_or_a_plain_figure():
    three = gallery(*map(figure, (1, 2, 3)))
    assert without_picture(f"<p>a</p>{three}", 2, []) == f"<p>a</p>{gallery(figure(1), figure(3))}"
    assert without_picture(TWO, 2, []) == figure(1, "one")
    assert without_picture(without_picture(TWO, 2, []), 1, []) == ""


@pytest.mark.django_db
def test_a_page_links_each_picture_in_full_size_and_a_feed_shows_plain_figures():
    pictures = [factories.image(credit="Anne Roy"), factories.image()]
    body = f"<p>a</p>{gallery(*(figure(each.pk) for each in pictures))}{figure(pictures[0].pk)}"
    page = display.with_renditions(body)
    assert page.startswith(
        '<p>a</p><figure class="gallery" aria-label="2 pictures"><figure><a href="'
    )
    assert page.count('<a href="') == 2
    assert page.count(pictures[0].file.url) == 3
    assert page.count('<span class="credit">Anne Roy</span>') == 2
    feed = display.with_plain_pictures(body, display.pictures_of(body), "en")
    assert feed.count("<figure>") == feed.count("</figure>") == 3
    assert "<a " not in feed
    assert "<figure><figure>" not in feed


@pytest.mark.django_db
def test_a_picture_that_an_editor_has_linked_in_a_gallery_leads_there_alone():
    first, second = factories.image(), factories.image()
    linked = figure(first.pk).replace("<img", '<a href="/x"><img').replace("</fig", "</a></fig")
    page = display.with_renditions(gallery(linked, figure(second.pk)))
    assert '<figure><a href="/x"><picture>' in page
    assert page.count("<a ") == page.count("</a>") == 2


@pytest.mark.django_db
def test_a_comparison_shows_what_came_into_a_gallery_and_what_became_one():
    first, second, third = (
        f'<figure><img data-file="{factories.image().pk}" alt=""></figure>' for _each in range(3)
    )
    (grown,) = blocks(gallery(first, second), gallery(first, second, third))
    assert grown.marked.count("<ins>") == 1
    assert "<del>" not in grown.marked
    (became,) = blocks(first, gallery(first, second))
    assert became.marked.startswith('<div class="two-pictures"><figure><del>')
    assert became.marked.count("<ins>") == 2
