"""Every address of the admin is asked by every role. The test finds the addresses by itself."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsroom.groups import EDITOR, MODERATOR, PUBLISHER

from .. import factories
from ..admin_addresses import addresses, fill, make_rows
from ..articles.conftest import reporter  # noqa: F401
from ..conftest import make_user

pytestmark = pytest.mark.django_db

#: For each model, the pages that each role may open: the list (l), the forms to add (a), change (c)
#: and delete (d), and the history (h). A superuser may also open those in the last column.
PAGES = {
    # model: (reporter, editor, moderator, superuser)
    "articles.article": ("lach", "lacdh", "lch", "lacdh"),
    "articles.articlemailpreference": ("lch", "lch", "lch", "lch"),
    "articles.attachment": ("", "lacdh", "", "lacdh"),
    "articles.author": ("lch", "lacdh", "", "lacdh"),
    "articles.edition": ("", "lch", "", "lch"),
    "articles.frontslot": ("", "lacdh", "", "lacdh"),
    "articles.houserule": ("", "lacdh", "", "lacdh"),
    "articles.image": ("lch", "lacdh", "", "lacdh"),
    "articles.page": ("", "lacdh", "", "lacdh"),
    "articles.rulelevel": ("", "l", "", "l"),
    "articles.section": ("lch", "lacdh", "", "lacdh"),
    "articles.takedown": ("", "lch", "", "lch"),
    "articles.series": ("lch", "lacdh", "", "lacdh"),
    "articles.topic": ("lch", "lacdh", "", "lacdh"),
    "auth.group": ("", "", "", "lacdh"),
    "auth.user": ("", "", "", "lacdh"),
    "comments.comment": ("", "lch", "lch", "lch"),
    "comments.commentpolicy": ("", "", "lch", "lch"),
    "comments.commentrule": ("", "", "lch", "lacdh"),
    "comments.complaint": ("", "", "lch", "lch"),
    "comments.notificationpreference": ("", "", "lch", "lch"),
    "comments.publicname": ("", "lach", "lach", "lacdh"),
    "comments.senderblock": ("", "", "lch", "lch"),
}
PAGE_NAMES = {"changelist": "l", "add": "a", "change": "c", "delete": "d", "history": "h"}

#: The roles that may open each other page.
EVERYBODY = "anonymous outsider nobody reporter editor moderator both superuser"
STAFF = "nobody reporter editor moderator both superuser"
OTHER_PAGES = {
    "admin_password_reset": EVERYBODY,
    "password_reset_done": EVERYBODY,
    "password_reset_confirm": EVERYBODY,
    "password_reset_complete": EVERYBODY,
    "login": EVERYBODY,
    "session": EVERYBODY,
    "index": STAFF,
    "logout": EVERYBODY,
    "password_change": STAFF,
    "password_change_done": STAFF,
    "jsi18n": STAFF,
    "moment": STAFF,
    "view_on_site": STAFF,
    "autocomplete": "",
    "app_list": "reporter editor moderator both superuser",
    "auth_user_password_change": "superuser",
    "articles_article_preview": "reporter editor moderator both superuser",
    "articles_article_review": "reporter editor moderator both superuser",
    "articles_article_preview_new": "reporter editor both superuser",
    "articles_article_checks": "reporter editor both superuser",
    "articles_article_hand_over": "reporter editor both superuser",
    "articles_article_note": "reporter editor both superuser",
    "articles_article_notes_seen": "reporter editor moderator both superuser",
    "articles_article_take_back": "",
    "articles_article_links": "reporter editor both superuser",
    "articles_edition_preview": "editor both superuser",
    "articles_article_withdraw": "editor both superuser",
    "articles_article_versions": "reporter editor both superuser",
    "articles_article_add_draft": "reporter editor both superuser",
    "articles_article_draft": "reporter editor both superuser",
    "articles_article_others_draft": "reporter editor both superuser",
    "articles_article_slug": "reporter editor moderator both superuser",
    "articles_article_link": "reporter editor moderator both superuser",
    "articles_article_card": "reporter editor both superuser",
    "articles_author_merge": "editor both superuser",
    "articles_author_slug": "reporter editor both superuser",
    "articles_page_slug": "editor both superuser",
    "articles_section_merge": "editor both superuser",
    "articles_section_slug": "editor both superuser",
    "articles_series_merge": "editor both superuser",
    "articles_series_slug": "reporter editor both superuser",
    "articles_topic_merge": "editor both superuser",
    "articles_topic_slug": "reporter editor both superuser",
    "articles_article_takedown": "editor both superuser",
    "articles_edition_takedown": "editor both superuser",
    "articles_houserule_paste": "editor both superuser",
    "articles_image_takedown": "editor both superuser",
    "articles_image_picker": "reporter editor both superuser",
    "articles_image_upload": "editor both superuser",
    "articles_image_notes": "editor both superuser",
    "articles_image_several": "editor both superuser",
    "articles_image_words": "editor both superuser",
    "articles_image_clear": "editor both superuser",
    "articles_attachment_takedown": "editor both superuser",
    "articles_attachment_picker": "editor both superuser",
    "articles_attachment_upload": "editor both superuser",
    "articles_frontslot_arrange": "editor both superuser",
    "articles_frontslot_page": "editor both superuser",
    "articles_frontslot_presence": "editor both superuser",
    "articles_article_csv": "reporter editor moderator both superuser",
    "articles_attachment_csv": "editor both superuser",
    "articles_author_csv": "reporter editor both superuser",
    "articles_edition_csv": "editor both superuser",
    "articles_image_csv": "reporter editor both superuser",
    "articles_page_csv": "editor both superuser",
    "articles_section_csv": "reporter editor both superuser",
    "articles_series_csv": "reporter editor both superuser",
    "articles_topic_csv": "reporter editor both superuser",
    "comments_comment_csv": "moderator both superuser",
    "comments_comment_block": "moderator both superuser",
    "comments_senderblock_find": "moderator both superuser",
    "comments_comment_find": "editor moderator both superuser",
    "comments_comment_queue": "editor moderator both superuser",
    "comments_comment_moderate": "editor moderator both superuser",
    "comments_comment_undo": "moderator both superuser",
    "comments_comment_edit": "editor moderator both superuser",
    "comments_comment_answer": "editor moderator both superuser",
    "comments_comment_feature": "editor moderator both superuser",
    "comments_commentrule_try": "moderator both superuser",
    "health": "moderator both superuser",
    "health_screen_again": "moderator both superuser",
    "health_confirm_clock": "moderator both superuser",
    "health_dismiss": "superuser",
    "calendar": "editor both superuser",
    "calendar_move": "editor both superuser",
    "time_machine": "editor both superuser",
    "find": STAFF,
    "handbook": STAFF,
    "handbook_chapter": STAFF,
    "as_at_front": "editor both superuser",
    "as_at": "editor both superuser",
}

ROLES = [*EVERYBODY.split(), "publisher"]


def may_open(role, route, name):
    """Return whether `role` may open the page, by the tables above."""
    # Publishers may do what editors may: a site takes from editors what only publishers are to do.
    role = "editor" if role == "publisher" else role
    if role in OTHER_PAGES.get(name, "").split():
        return True
    if name in OTHER_PAGES:
        return False
    model, page = re.match(r"admin/(\w+/\w+)/(?:<[^>]+>/)?(\w*)", route).groups()
    # `…/5/` without a page redirects to `…/5/change/`, which checks the permission.
    code = PAGE_NAMES[page or ("changelist" if "<" not in route else "change")]
    by_role = PAGES[model.replace("/", ".")]
    columns = {
        "reporter": by_role[0],
        "editor": by_role[1],
        "moderator": by_role[2],
        "both": by_role[1] + by_role[2],
        "superuser": by_role[3],
    }
    return code in columns.get(role, "")


@pytest.fixture
def users(db, django_user_model, reporter, editor, moderator):  # noqa: F811
    create = django_user_model.objects.create_user
    both = create("both", is_staff=True)
    both.groups.set(Group.objects.filter(name__in=[EDITOR, MODERATOR]))
    return {
        "anonymous": None,
        "outsider": create("outsider"),
        "nobody": create("nobody", is_staff=True),
        "reporter": reporter,
        "editor": editor,
        "moderator": moderator,
        "both": both,
        "publisher": make_user(django_user_model, "pauline", PUBLISHER),
        "superuser": create("root", is_staff=True, is_superuser=True),
    }


@pytest.fixture
def rows(users):
    return make_rows(users["moderator"], [user for user in users.values() if user])


def ask(client, user, method, address):
    """Return the answer to `user`, and the statements that wrote to the database; undo both."""
    with transaction.atomic():
        if user:
            client.force_login(user)
        else:
            client.logout()
        with CaptureQueriesContext(connection) as queries:
            response = getattr(client, method)(address, headers={"accept-language": "fr"})
        transaction.set_rollback(True)
    writes = [
        query["sql"]
        for query in queries
        if re.match("INSERT|UPDATE|DELETE", query["sql"]) and "django_session" not in query["sql"]
    ]
    return response, writes


def is_login(response):
    return response.status_code == 302 and response["Location"].startswith("/admin/login/")


def is_refused(response):
    """Return whether the answer shows nothing: it refuses, or leads to the index or to the form.

    Django leads to the index where a user does not see the row. The form is asked by itself.
    """
    if response.status_code == 302:
        return response["Location"] == "/admin/" or "/change/" in response["Location"]
    return response.status_code in (403, 404, 405)


@pytest.mark.parametrize(
    "role",
    # Who asks makes no difference to a database: two roles ask on each.
    [
        pytest.param(
            role, marks=() if role in ("superuser", "editor") else pytest.mark.any_database
        )
        for role in ROLES
    ],
)
def test_every_address_answers_each_role_as_it_should(client, users, rows, role):
    """No answer is an error of the server, no GET writes, and no refused POST writes."""
    faults = []
    for route, name in addresses():
        address, may = fill(route, rows), may_open(role, route, name)
        read, read_writes = ask(client, users[role], "get", address)
        sent, sent_writes = ask(client, users[role], "post", address)
        if may:
            good = {200, 302, 303, 405}  # 405: the address takes POST only
            as_expected = read.status_code in good and not is_login(read)
            as_expected &= sent.status_code < 500
        elif role in ("anonymous", "outsider"):
            as_expected = is_login(read) and is_login(sent)
        else:
            as_expected = is_refused(read) and is_refused(sent)
        if not as_expected or read_writes or (sent_writes and not may):
            answers = (read.status_code, sent.status_code)
            faults.append((address, "may" if may else "may not", answers, read_writes))
    assert faults == []


@pytest.mark.parametrize("key", ["999999", "x", "1_2F", "%00", "9" * 40])
def test_no_address_fails_where_no_row_has_the_key(client, users, rows, key):
    statuses = set()
    for route, _name in addresses():
        if "<" in route:
            address = "/" + re.sub(r"<[^>]+>", key, route)
            for method in ("get", "post"):
                statuses.add(ask(client, users["superuser"], method, address)[0].status_code)
    assert statuses <= {200, 302, 303, 400, 403, 404, 405}


@pytest.mark.any_database
@pytest.mark.parametrize("key", ["٢", "1_0", "+1", "1%20", "%0a1", "1.0"])
def test_a_row_has_one_address_in_ascii_digits(client, users, rows, key):
    """Python would read most of these as the number of a row."""
    client.force_login(users["superuser"])
    asked = {"/" + re.sub(r"<[^>]+>", key, r) for r, _ in addresses() if r.count("<") == 1}
    asked.add(f"/admin/r/{key}/{key}/")
    # `…/5/` without a page leads to `…/5/change/`.
    pages = [page for page in asked if not re.fullmatch(r"/admin/\w+/\w+/[^/]+/", page)]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)


#: Queries that no page makes. The first are of every page's own parameters, the others of lists.
ODD_QUERIES = ["q=%00", "page=x", "kind=%00", "article=%00", "queue=x", "language=a%00"]
ODD_QUERIES_OF_LISTS = [
    *("q=" + "x+" * 30, "p=9999", "p=x", "o=99", "o=x.-1", "e=1", "all=", "_popup=1", "pk__in=x"),
    *("id__exact=%00", "password__startswith=a", "submitted_at__gte=x", "stage=%00"),
    *("stage__exact=%00", "kind__exact=%00", "action__exact=%00", "hold__exact=%00"),
    *("moderation=%00", "outcome=%00", "_to_field=password", "_changelist_filters=%00"),
]


@pytest.mark.parametrize("query", [*ODD_QUERIES, *ODD_QUERIES_OF_LISTS])
def test_no_list_fails_whatever_its_query_asks(client, users, rows, query):
    statuses = set()
    for route, name in addresses():
        is_asked = query in ODD_QUERIES or (name or "").endswith("_changelist")
        if "<" not in route and is_asked:
            address = f"/{route}?{query}"
            statuses.add(ask(client, users["superuser"], "get", address)[0].status_code)
    assert statuses <= {200, 302, 303, 400, 403, 404, 405}


@pytest.mark.parametrize("key", ["", "x", "\x00", "9" * 30, "-1"])
def test_no_action_fails_on_a_key_of_no_row(client, users, rows, key):
    client.force_login(users["superuser"])
    faults = []
    for model, model_admin in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for action in ["delete_selected", *(model_admin.actions or ())]:
            sent = {"action": action, "_selected_action": [key]}
            if client.post(address, sent).status_code != 400:
                faults.append((address, action))
    assert faults == []


def test_the_tables_name_every_model_and_every_page_and_no_other():
    names = {name for _route, name in addresses()}
    of_models = {f"{model.replace('.', '_')}_{page}" for model in PAGES for page in PAGE_NAMES}
    assert names - of_models - {None} == set(OTHER_PAGES)
    assert set(PAGES) == {model._meta.label_lower for model in admin.site._registry}


@pytest.mark.parametrize("value", ["abc", "9" * 30, ",", "1,abc", "2026-01-01", "2026-01-01 10:00"])
def test_an_empty_form_ignores_values_of_its_address_that_its_fields_cannot_show(
    admin_client, value
):
    asked = 0
    for route, name in addresses():
        form = admin_client.get(f"/{route}") if name and name.endswith("_add") else None
        if form and form.status_code == 200:
            values = dict.fromkeys(form.context["adminform"].form.fields, value)
            assert admin_client.get(f"/{route}", values).status_code == 200, route
            asked += 1
    assert asked > 8


def test_an_empty_form_shows_the_row_that_its_address_names(admin_client):
    bridges = factories.topic(name="Bridges")
    form = admin_client.get("/admin/articles/article/add/", {"topics": str(bridges.pk)})
    assert "Bridges" in form.text
