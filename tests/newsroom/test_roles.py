"""What each role may do with an own article and with another's, at every address of articles."""

import re

import pytest

from articles.models import Article
from articles.publishing import who_may
from articles.publishing.stages import Stage
from newsroom.groups import AUTHOR, CONTRIBUTOR, EDITOR, MODERATOR, PERMISSIONS, PUBLISHER

from .. import factories
from ..admin_addresses import addresses, fill, make_rows
from ..conftest import make_user
from .test_admin_addresses import ask, is_refused

pytestmark = pytest.mark.django_db

WRITES = "change checks draft others_draft links versions delete"
PAGES = {
    "history": "see",
    "preview": "see",
    "review": "see",
    **dict.fromkeys(WRITES.split(), "change"),
    # A page without the right to change shows the article, and refuses what is sent.
    "change": "see",
    "withdraw": "publish",
    "takedown": "take down",
    "take_back": "",
    "hand_over": "change",
    "note": "change",
    "notes_seen": "see",
}
#: What answers a form only, or leads to the form of the article.
NO_PAGE = ("checks", "draft", "others_draft", "hand_over", "note", "notes_seen")
#: What each role may do with (an own article, another's), both of them drafts.
ROLES = {
    CONTRIBUTOR: ("see change", ""),
    AUTHOR: ("see change publish", "see"),
    EDITOR: ("see change publish take down", "see change publish take down"),
    PUBLISHER: ("see change publish take down", "see change publish take down"),
    MODERATOR: ("see", "see"),
}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_an_article_asks_whose_it_is(client, django_user_model, role):
    user = make_user(django_user_model, "person", role)
    faults = []
    for article, may in zip(
        (factories.article(started_by=user), factories.article("Another")), ROLES[role], strict=True
    ):
        for route, name in addresses():
            if not re.match("admin/articles/article/<", route) or name is None:
                continue
            page = name.removeprefix("articles_article_")
            address = "/" + re.sub("<[^>]+>", str(article.pk), route)
            # The draft of a person leads to the form, and so does what cannot be done now.
            for method in ("get", "post"):
                response, writes = ask(client, user, method, address)
                needed = PAGES[page]
                if page == "change" and method == "post":
                    needed = "change"
                is_open = bool(needed) and needed in may
                as_expected = response.status_code < 500 and (is_open or is_refused(response))
                if is_open and method == "get" and page not in NO_PAGE:
                    as_expected &= response.status_code == 200
                if not as_expected or (writes and not is_open):
                    faults.append((page, method, may, response.status_code))
    assert faults == []


def _of(models, *pages):
    return {f"articles_{model}_{page}" for model in models.split() for page in pages}


#: The addresses that a role may open, besides those that everybody with an account may, where the
#: rows are not its own. Their forms only show what the role may not change.
FILED_UNDER = "section topic series author image attachment"
OPEN = {
    CONTRIBUTOR: {
        *_of(FILED_UNDER, "changelist", "csv", "change", "history"),
        *_of("article", "changelist", "csv", "add", "add_draft", "slug", "link", "card"),
        *_of("article", "preview_new"),
        *_of("image attachment", "add", "picker", "upload"),
        *("articles_image_notes", "articles_image_several"),
        *("articles_articlemailpreference_changelist", "app_list"),
    },
}
OPEN[AUTHOR] = {
    *OPEN[CONTRIBUTOR],
    *_of("article", "change", "history", "preview", "review"),
    *_of("edition", "changelist", "csv", "change", "history", "preview"),
    *_of("topic series author", "add", "slug"),
    *("calendar", "calendar_move", "time_machine", "as_at_front", "as_at"),
}


@pytest.mark.any_database
@pytest.mark.parametrize("role", OPEN)
def test_every_other_address_is_open_to_a_role_or_refuses_it(
    client, django_user_model, editor, moderator, role
):
    user = make_user(django_user_model, "person", role)
    nobody = django_user_model.objects.create_user("nobody", is_staff=True)
    rows = make_rows(moderator, [editor, moderator])

    def is_open(who, address):
        answers = [ask(client, who, method, address) for method in ("get", "post")]
        assert all(response.status_code < 500 for response, _writes in answers)
        return not all(is_refused(response) for response, _writes in answers)

    named = {name: fill(route, rows) for route, name in addresses() if name}
    opened = {name for name, address in named.items() if is_open(user, address)}
    assert opened - {name for name in opened if is_open(nobody, named[name])} == OPEN[role]


def rights(user, article):
    moves = {target for target in Stage if who_may.may_move(user, article, target)}
    return who_may.may_change(user, article), moves


def test_a_contributor_writes_drafts_and_takes_back_what_waits(django_user_model):
    user = make_user(django_user_model, "person", CONTRIBUTOR)
    own = Article(started_by=user)
    assert rights(user, own) == (True, {Stage.IN_REVIEW})
    own.stage = Stage.IN_REVIEW
    assert rights(user, own) == (False, {Stage.DRAFT})
    for own.stage in (Stage.APPROVED, Stage.PUBLISHED):
        assert rights(user, own) == (False, set())
    assert rights(user, Article(assignee=user)) == (True, {Stage.IN_REVIEW})
    assert rights(user, Article()) == (False, set())


def test_an_author_publishes_own_articles_and_approves_none(django_user_model):
    user = make_user(django_user_model, "person", AUTHOR)
    for stage in Stage:
        changes, moves = rights(user, Article(started_by=user, stage=stage))
        assert changes
        assert Stage.PUBLISHED in moves
        assert Stage.APPROVED not in moves
        assert rights(user, Article(stage=stage)) == (False, set())


def test_a_contributor_finds_own_articles_only(client, django_user_model):
    user = make_user(django_user_model, "person", CONTRIBUTOR)
    client.force_login(user)
    own, other = factories.article("Own text", started_by=user), factories.article("Secret text")
    lists = "/admin/articles/article/", "/admin/articles/article/?q=text", "/admin/"
    for address in lists:
        page = client.get(address).text
        assert "Own text" in page
        assert "Secret text" not in page
    form = f"/admin/articles/article/{own.pk}/change/"
    response = client.post(form, {"related": [other.pk], "headline": "Own text"})
    assert "Secret text" not in response.text
    assert not own.related.exists()


def test_a_writer_takes_an_article_back_from_review(client, django_user_model):
    user = make_user(django_user_model, "person", CONTRIBUTOR)
    client.force_login(user)
    own = factories.article(started_by=user)
    own.move_to(Stage.IN_REVIEW, by=user)
    address = f"/admin/articles/article/{own.pk}/take-back/"
    assert address in client.get(f"/admin/articles/article/{own.pk}/change/").text
    client.post(address)
    own.refresh_from_db()
    assert own.stage == Stage.DRAFT


def test_the_table_of_roles_names_every_group():
    assert set(ROLES) == set(PERMISSIONS)
