"""The words of the admin, on every page of it: French in French, and set as a printer sets them."""

import re
from datetime import UTC, date, datetime, timedelta
from gettext import GNUTranslations
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext, override

from comments.models import CommentRule
from newsroom import django_words

from .. import factories
from ..admin_addresses import addresses, fill, make_rows

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

#: Words that are the same in both languages, and names.
ALIKE = set(
    """
    action akismet article articles ctrl date description dimensions format image images licence md
    mozilla mp newsroom note ogg page pages pdf permissions photo position rss test
    version versions
    """.split()  # noqa: SIM905
)
#: Names of languages that are the same in both.
ALIKE |= set(
    """
    afrikaans akan bambara basque bengali breton catalan cebuano chichewa dzongkha filipino guarani
    gujarati hindi ido igbo interlingua inuktitut kabyle kannada kazakh khmer kinyarwanda lao latin
    lingala malayalam marathi occitan odia oromo picard quechua romani samoan sango shona sindhi
    somali swahili tatar tswana wolof xhosa yiddish yoruba
    """.split()  # noqa: SIM905
)
#: Attributes that a person sees or hears. Scripts show those that begin with `data-`.
ATTRIBUTES = ("title", "alt", "placeholder", "aria-label")


class Words(HTMLParser):
    """The texts of a page that a person sees or hears, each with single spaces."""

    def __init__(self, page):
        super().__init__()
        self.found, self.silent = set(), 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.silent += tag in ("script", "style", "code", "kbd", "textarea")
        names = [name for name in attrs if name in ATTRIBUTES or name.startswith("data-")]
        if tag == "input" and attrs.get("type") in ("submit", "button"):
            names.append("value")
        for name in names:
            self.add(attrs[name] or "", is_prose=name in ATTRIBUTES or name == "value")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code", "kbd", "textarea")

    def handle_data(self, data):
        if not self.silent:
            self.add(data)

    def add(self, text, is_prose=True):
        # Other attributes of data hold settings and names of fields, which have no words in a row.
        if is_prose or re.match(r"[^{\[]\w+ \w+", text):
            self.found.add(re.sub(r"[ \n]+", " ", text).strip(" \n"))


@pytest.fixture
def pages(client, django_user_model):
    """The words of the admin by language: each with a page or an empty form that says it.

    What people typed into the rows is left out.
    """
    root = django_user_model.objects.create_superuser("root", "root@news.example", "root")
    rows = make_rows(root, [root])
    client.force_login(root)
    found = {"fr": {}, "en-GB": {}}
    # A preview, the front page that is arranged and the time machine speak the site's language.
    left_out = re.compile("logout|articles_(article|edition)_preview|articles_frontslot_page|as_at")
    routes = [route for route, name in addresses() if not left_out.match(name or "")]
    for route in [fill(route, rows) for route in routes]:
        for language, method in product(found, (client.get, client.post)):
            answer = method(route, headers={"accept-language": language})
            if answer.status_code in (200, 422) and "text/html" in answer["content-type"]:
                for words in Words(answer.text).found:
                    found[language].setdefault(words, f"{method.__name__} {route}")
    typed = {
        strip_tags(str(value))
        for model in [*admin.site._registry, LogEntry]
        for row in model._base_manager.all()
        for value in (row, *row.__dict__.values())
        if len(str(value)) > 3
    }
    # The admin shows the last part of a file's name.
    typed |= {value.rpartition("/")[2] for value in typed if "/" in value} - {""}
    typed = re.compile("|".join(map(re.escape, sorted(typed, key=len, reverse=True))))
    return {
        language: {
            typed.sub("", words): page for words, page in every.items() if "***" not in words
        }
        for language, every in found.items()
    }


def matching(pattern, pages):
    return {words: page for words, page in pages.items() if re.search(pattern, words)}


def test_the_admin_says_all_in_the_language_of_the_browser_and_sets_it_right(pages):
    """All is asserted in one test, since the walk through both languages takes half a minute."""
    french, english = pages["fr"], pages["en-GB"]
    assert len(french) > 300
    in_both = french.keys() & english.keys()
    assert {
        words for words in in_both if set(re.findall(r"[a-z]{2,}", words.lower())) - ALIKE
    } == set()
    straight_apostrophe = r"[^\W\d_]'[^\W\d_]"
    assert matching(straight_apostrophe, english) == {}
    no_space = r"[^\W\d_][;:!?](?: |$)"
    assert matching(f"{straight_apostrophe}|{no_space}", french) == {}
    american_date = r"\b[ap]\.m\.|[A-Z][a-z]+\.? \d+, 20\d\d"
    assert matching(american_date, english) == {}


@pytest.mark.parametrize(
    ("browser", "shown"),
    [
        ("en-GB,en;q=0.9", "4 May 2025, 14:00"),
        ("fr;q=0.5, en-AU", "4 May 2025, 14:00"),
        ("en-US,en;q=0.9", "May 4, 2025, 2 p.m."),
        ("en", "May 4, 2025, 2 p.m."),
        ("", "May 4, 2025, 2 p.m."),
        ("de-DE,de;q=0.9", "4 May 2025, 14:00"),
        ("fr-CA, en-GB;q=0.5", "4\xa0mai 2025"),
    ],
)
def test_dates_are_those_of_the_browser_and_no_sentence_ends_in_two_full_stops(
    editor_client, browser, shown
):
    article = factories.published("Bridge", at=datetime(2025, 5, 4, 12, tzinfo=UTC))
    article.press(by=None, at=timezone.now() + timedelta(days=1))
    page = editor_client.get(
        f"/admin/articles/article/{article.pk}/change/", headers={"Accept-Language": browser}
    )
    assert shown in page.text
    assert ".." not in page.text.replace("...", "…")


@pytest.mark.parametrize(
    ("language", "counted"),
    [("fr", ["0 sujet", "1 sujet", "2 sujets"]), ("en", ["0 topics", "1 topic", "2 topics"])],
)
def test_a_list_counts_its_rows_by_the_grammar_of_the_language(admin_client, language, counted):
    for words in counted:
        page = admin_client.get("/admin/articles/topic/", headers={"Accept-Language": language})
        assert re.search(rf"\s{words}\s", page.text.partition('class="paginator"')[2])
        factories.topic(name=f"After {words}")


@pytest.mark.parametrize(("language", "words"), [("fr", "sans accent"), ("en", "without accents")])
def test_a_wrong_address_of_a_page_is_refused_without_jargon(admin_client, language, words):
    sent = {"name": "Bridges", "slug": "Brücke!"}
    page = admin_client.post(
        "/admin/articles/topic/add/", sent, headers={"Accept-Language": language}
    )
    assert words in page.text
    assert "“slug”" not in page.text


def test_who_may_only_read_reads_yes_or_no_in_words(client, admin_user, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    rows = make_rows(admin_user, [admin_user])
    CommentRule.objects.update(is_on=True)
    client.force_login(reader)
    said = set()
    for model, row in rows.items():
        page = client.get(f"/admin/{model}/{row.pk}/change/", headers={"Accept-Language": "fr"})
        assert 'alt="True"' not in page.text, model
        assert 'alt="False"' not in page.text, model
        said |= set(re.findall(r'class="readonly">(Oui|Non)<', page.text))
    assert said == {"Oui", "Non"}


def test_short_dates_and_what_was_changed_are_good_french(admin_client):
    author = factories.author()
    form = f"/admin/articles/author/{author.pk}/"
    sent = {"name": "Anne Lenoir", "slug": "another", "role": "Critic"}
    assert admin_client.post(f"{form}change/", sent).status_code == 302
    history = admin_client.get(f"{form}history/", headers={"Accept-Language": "fr"})
    assert "Modification\xa0: nom, adresse et fonction." in history.text
    with override("fr"):
        assert date_format(date(2026, 1, 5), "D j N") == "lun. 5 janv."


def test_every_word_that_replaces_one_of_django_s_is_one():
    """If a new version of Django says it otherwise, the list must follow."""
    with override("fr"):
        for word in django_words.WORDS:
            assert gettext(word) != word


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_french_has_spaces_that_hold_and_round_apostrophes(domain):
    """Django's `truncatewords` makes plain spaces of them, so the pages are not asked."""
    path = settings.BASE_DIR / f"newsroom/locale/fr/LC_MESSAGES/{domain}.mo"
    with path.open("rb") as file:
        catalogue = GNUTranslations(file)._catalog
    wrong = r"[\w)»] [;:!?»](?!\S)|« |[^\W\d_]'[^\W\d_]"
    found = {words for key, words in catalogue.items() if key and re.search(wrong, words)}
    # The words of this one are asserted elsewhere as they are.
    assert found - {"Veuillez saisir votre commentaire !"} == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_that_replaces_one_of_a_script_is_one(language):
    words = set()
    for app in ("django.contrib.admin", "django_prose_editor"):
        path = Path(apps.get_app_config(app.rpartition(".")[2]).path)
        with (path / "locale/fr/LC_MESSAGES/djangojs.mo").open("rb") as file:
            words |= GNUTranslations(file)._catalog.keys()
    ours = settings.BASE_DIR / f"newsroom/locale/{language}/LC_MESSAGES/djangojs.mo"
    with ours.open("rb") as file:
        assert GNUTranslations(file)._catalog.keys() <= words
