"""One search of the admin finds rows of every kind and its commands, by permission."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from newsroom import find
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(moderator):
    """A row of each kind that “élite” finds."""
    article = factories.published("L’élite du fleuve", body="<p>Bridge</p>")
    comment = factories.comment(article, name="Ann", text="Élite, indeed")
    return {
        "article": article,
        "comment": comment,
        "topic": factories.topic("Élite"),
        "series": factories.series("Élite"),
        "section": factories.section("Élites"),
        "author": factories.author("Élite Martin"),
        "image": factories.image("Élite"),
        "attachment": factories.attachment("Élite"),
        "page": factories.page("Élite"),
        "user": get_user_model().objects.create_user("elite", first_name="Élite"),
    }


def asked(client, typed, **parameters):
    page = client.get(reverse("admin:find"), {"q": typed, **parameters})
    assert page.status_code == 200
    return page


def links(page):
    """The addresses that the results of `page` lead to."""
    results = page.text.partition('<div class="find-results"')[2].partition("</div>")[0]
    return [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]+)"', results)]


def kinds_found(client, typed="elite"):
    form = re.compile(r"/admin/\w+/(\w+)/\d+/change/")
    return {form.match(each)[1] for each in links(asked(client, typed)) if form.match(each)}


def test_a_word_finds_rows_of_every_kind_without_its_accents(admin_client, rows):
    assert kinds_found(admin_client) == set(rows)


def test_each_finds_what_they_may_see_and_nothing_else(client, rows, editor, moderator):
    client.force_login(editor)
    assert kinds_found(client) == set(rows) - {"user"}
    client.force_login(moderator)
    assert kinds_found(client) == {"article", "comment"}
    client.force_login(get_user_model().objects.create_user("nobody", is_staff=True))
    assert kinds_found(client) == set()


def test_what_has_the_words_in_its_name_comes_before_newer_rows_that_only_mention_them(
    editor_client,
):
    named = factories.article("The bridge")
    for number in range(find.SHOWN):
        factories.article(f"News {number}", body="<p>A bridge.</p>")
    found = links(asked(editor_client, "brid"))
    assert found[0] == reverse("admin:articles_article_change", args=[named.pk])
    assert len(found) == find.SHOWN + 1


def test_a_kind_with_more_rows_leads_to_the_list_of_all(editor_client):
    for number in range(find.SHOWN + 1):
        factories.topic(f"Bridge {number}")
    found = links(asked(editor_client, "bridge"))
    assert len(found) == find.SHOWN + 1
    listed = editor_client.get(found[-1])
    assert listed.context["cl"].result_count == find.SHOWN + 1


@pytest.mark.parametrize(
    "typed", ["{url}", "https://{host}{path}", "{path}", "{change}", "#{pk}", "{pk}"]
)
def test_an_address_or_a_number_leads_straight_to_its_row(editor_client, settings, typed):
    article = factories.published("Ferry")
    change = reverse("admin:articles_article_change", args=[article.pk])
    values = {
        "url": settings.SITE_URL + article.path,
        "host": settings.SITE_URL.partition("//")[2],
        "path": article.path,
        "change": settings.SITE_URL + change,
        "pk": article.pk,
    }
    assert change in links(asked(editor_client, typed.format(**values)))


def test_the_address_of_a_comment_leads_to_it_and_the_list_of_all_has_those_decided(
    moderator_client, moderator
):
    article = factories.published()
    rows = [factories.comment(article, text=f"Ferry {n}") for n in range(find.SHOWN + 1)]
    for row in rows:
        row.approve(by=moderator)
    forms = [reverse("admin:comments_comment_change", args=[row.pk]) for row in rows]
    assert links(asked(moderator_client, f"/comments/{rows[0].pk}/")) == [forms[0]]
    found = links(asked(moderator_client, "ferry"))
    assert found[:-1] == forms[: -find.SHOWN - 1 : -1]
    assert moderator_client.get(found[-1]).context["cl"].result_count == len(rows)


def test_an_address_leads_nobody_to_what_they_may_not_see(moderator_client):
    topic = factories.topic("Secret")
    for typed in (reverse("admin:articles_topic_change", args=[topic.pk]), f"#{topic.pk}"):
        assert "/topic/" not in " ".join(links(asked(moderator_client, typed)))


def test_commands_are_found_by_permission(client, editor, moderator):
    client.force_login(editor)
    assert reverse("admin:articles_article_add") in links(asked(client, "writ art"))
    assert reverse("admin:articles_frontslot_arrange") in links(asked(client, "front"))
    assert reverse("admin:health") not in links(asked(client, "health"))
    client.force_login(moderator)
    assert links(asked(client, "writ art")) == []
    assert reverse("admin:health") in links(asked(client, "health"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_command_and_list_is_found_by_its_own_name(admin_client, language):
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    with override(language):
        names = {command.address: str(command.name) for command in find.COMMANDS}
        for opts in (model._meta for model in admin.site._registry):
            address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            names[address] = str(opts.verbose_name_plural)
    for address, name in names.items():
        for typed in (name, name.replace("’", "'")):
            assert address in links(asked(admin_client, typed)), typed


def test_every_command_leads_to_a_page_for_those_who_may_open_it(admin_client):
    for command in find.COMMANDS:
        assert admin_client.get(command.address).status_code == 200


def test_nothing_typed_offers_the_last_steps_that_are_still_there(editor_client, editor):
    kept, gone = factories.topic("Kept"), factories.topic("Gone")
    for topic in (kept, gone):
        address = reverse("admin:articles_topic_change", args=[topic.pk])
        editor_client.post(address, {"name": f"{topic.name}!", "slug": topic.slug})
    gone.delete()
    assert links(asked(editor_client, "")) == [
        reverse("admin:articles_topic_change", args=[kept.pk])
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "\0",
        "%",
        '"',
        "*",
        "#",
        "#x",
        "#" + "9" * 30,
        "/admin/",
        "/admin/%00",
        "http://[::1",
        "//[x",
        "x " * 400,
    ],
)
def test_odd_words_find_nothing_and_break_nothing(admin_client, typed):
    asked(admin_client, typed)
    asked(admin_client, typed, part="")


def test_a_part_is_the_results_alone_and_nobody_keeps_it(editor_client):
    factories.article("<b>Ferry</b>")
    part = asked(editor_client, "ferry", part="")
    assert "<html" not in part.text
    assert "&lt;b&gt;Ferry" in part.text
    assert "no-store" in part["Cache-Control"]


def test_it_asks_as_many_questions_for_many_rows_as_for_one(admin_client):
    def questions():
        with CaptureQueriesContext(connection) as queries:
            asked(admin_client, "bridge", part="")
        return len(queries)

    factories.article("Bridge 0")
    factories.image("Bridge 0")
    first = questions()
    for number in range(1, 4):
        factories.article(f"Bridge {number}")
        factories.image(f"Bridge {number}")
    assert questions() == first < 40
