"""The moderators' queue, used like a browser: pages are fetched, filled in and sent back."""

import pytest
from django.utils import timezone

from comments.models import Comment, CommentEvent, CommentPolicy
from comments.moderation.states import Moderation, Screening
from tests import factories
from tests.conftest import make_user
from tests.pages import forms_of, words

LIST = "/admin/comments/comment/"

ACTIONS = [("approve", "approved"), ("reject", "rejected"), ("mark_as_spam", "spam")]


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", text="Hello <b>there")


def change(comment):
    return f"{LIST}{comment.pk}/change/"


def act_on_list(client, action, comments, url=LIST, page=None):
    """Tick `comments` on the list and run `action`, as the page's form does."""
    page = page or client.get(url)
    data = forms_of(page.text)["changelist-form"]["values"]
    data |= {"action": action, "_selected_action": [comment.pk for comment in comments]}
    return client.post(url, data, follow=True)


def act_on_form(client, action, comment, page=None):
    """Press the button of `action` on the comment's own page."""
    page = page or client.get(change(comment))
    data = forms_of(page.text)["comment_form"]["values"]
    return client.post(change(comment), data | {"CHANGE_FORM-action": action}, follow=True)


def state(comment):
    comment.refresh_from_db()
    return comment.moderation


# --- The queues -------------------------------------------------------------------------------


def test_what_awaits_a_decision_is_shown_first_and_alone(moderator_client, article, moderator):
    for state in Moderation:
        factories.comment_in(state, article, by=moderator, name=f"The {state} one")
    for query, shown in {
        "": {"pending"},
        "?moderation=approved": {"approved"},
        "?moderation=rejected": {"rejected"},
        "?moderation=spam": {"spam"},
        "?moderation=withdrawn": {"withdrawn"},
        "?moderation=all": set(Moderation),
    }.items():
        page = moderator_client.get(f"{LIST}{query}").text
        assert {state for state in Moderation if f"The {state} one" in page} == shown


def test_the_longest_waiting_comment_is_on_top(moderator_client, article):
    old, new = (factories.comment(article, name=name) for name in ("Old one", "New one"))
    Comment.objects.filter(pk=old.pk).update(submitted_at=new.submitted_at - timezone.timedelta(1))
    page = moderator_client.get(LIST).text
    assert page.index("Old one") < page.index("New one")


@pytest.mark.parametrize("screening", Screening)
def test_every_verdict_waits_in_the_queue_and_is_named(moderator_client, comment, screening):
    Comment.objects.update(screening=screening)
    page = words(moderator_client.get(LIST))
    assert "Zoé" in page
    assert str(screening.label) in page


def test_the_list_shows_article_text_verdict_and_why_it_is_held(moderator_client, article):
    factories.author("Anne Leroy")
    factories.comment(article, name="anne leroy", text="Hello <b>there")
    page = moderator_client.get(LIST)
    for shown in (article.headline, "Hello <b>there", "Not screened yet", "uses the name of Anne"):
        assert shown in words(page)
    assert "Hello &lt;b&gt;there" in page.text


def test_a_comments_page_shows_it_as_readers_would_see_it_with_its_trace(moderator_client, comment):
    page = moderator_client.get(change(comment))
    assert "<p>Hello &lt;b&gt;there</p>" in page.text
    assert "192.0.2.1 · Mozilla/5.0 (test)" in words(page)


def test_a_deleted_trace_is_called_deleted(moderator_client, comment):
    comment.trace.delete()
    page = words(moderator_client.get(change(comment)))
    assert "Deleted; it is kept no longer." in page


@pytest.mark.parametrize("query", ["Zoé", "there", "bridge"])
def test_names_texts_and_headlines_can_be_searched(moderator_client, comment, query):
    factories.comment(factories.published("The market"), name="Paul", text="Other words")
    page = words(moderator_client.get(LIST, {"q": query}))
    assert "Zoé" in page
    assert "Other words" not in page


def test_the_history_names_fields_and_shows_no_values(moderator_client, akismet, article):
    from comments.screening import attempts

    comment = factories.comment(article, referrer="https://search.example/")
    akismet.set_mode("spam")
    attempts.screen_due()
    page = moderator_client.get(change(comment))
    (row,) = [e for e in comment.events.all() if e.kind == CommentEvent.Kind.SCREENED]
    assert row.data["fields"]
    assert "blog_charset, blog_lang, comment_author, comment_content" in words(page)
    assert "Not screened yet → Spam" in words(page)
    # The referrer is on the page only once, in the trace.
    assert page.text.count("https://search.example/") == 1


# --- Decisions --------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "target"), ACTIONS)
def test_many_are_decided_on_the_list_at_once(moderator_client, moderator, article, action, target):
    comments = [factories.comment(article) for _number in range(3)]
    page = act_on_list(moderator_client, action, comments[:2])
    assert [state(comment) for comment in comments] == [target, target, "pending"]
    assert comments[0].decided_by == moderator
    assert comments[0].events.filter(kind="decided", by=moderator, target=target).count() == 1
    assert "2 comments are done." in words(page)


@pytest.mark.parametrize("act_on", ["list", "form"])
def test_a_rejection_has_a_reason_and_nothing_else_has(moderator_client, article, act_on):
    def act(action, comment, **typed):
        if act_on == "list":
            data = forms_of(moderator_client.get(LIST).text)["changelist-form"]["values"]
            data |= {"action": action, "_selected_action": [comment.pk], **typed}
            moderator_client.post(LIST, data)
        else:
            data = forms_of(moderator_client.get(change(comment)).text)["comment_form"]["values"]
            data |= {f"CHANGE_FORM-{name}": value for name, value in typed.items()}
            moderator_client.post(change(comment), data | {"CHANGE_FORM-action": action})
        comment.refresh_from_db()
        return comment.moderation, comment.reason

    comments = [factories.comment(article) for _number in range(4)]
    assert act("reject", comments[0], reason="advert") == ("rejected", "advert")
    assert act("reject", comments[1]) == ("rejected", "other")
    assert act("reject", comments[2], reason="odd") == ("pending", "")
    assert act("approve", comments[3], reason="advert") == ("approved", "")


def test_a_comments_page_leads_to_the_site_where_readers_see_it(
    moderator_client, article, moderator
):
    for state in Moderation:
        comment = factories.comment_in(state, article, by=moderator)
        page = moderator_client.get(change(comment)).text
        assert ("View on site" in page) == (state == Moderation.APPROVED), state


def test_a_comments_page_gives_the_reason_where_there_is_one(moderator_client, comment, moderator):
    assert "field-reason" not in moderator_client.get(change(comment)).text
    comment.reject(by=moderator, reason="insult")
    assert "field-reason" in moderator_client.get(change(comment)).text


@pytest.mark.parametrize(("action", "target"), ACTIONS)
def test_one_is_decided_on_its_own_page(moderator_client, moderator, comment, action, target):
    page = act_on_form(moderator_client, action, comment)
    assert state(comment) == target
    assert comment.events.filter(kind="decided", by=moderator, target=target).count() == 1
    assert "1 comment is done." in words(page)


@pytest.mark.parametrize(
    "act", [act_on_form, lambda client, action, comment: act_on_list(client, action, [comment])]
)
def test_a_comment_is_screened_again(moderator_client, comment, act):
    Comment.objects.update(screening=Screening.FAILED, next_attempt_at=None)
    act(moderator_client, "screen_again", comment)
    assert state(comment) == "pending"
    assert comment.awaits_check
    assert Comment.objects.due().get() == comment


@pytest.mark.parametrize("act_on", ["list", "form"])
def test_the_second_moderator_is_told_who_decided_first(
    moderator_client, second_moderator, comment, act_on
):
    url = LIST if act_on == "list" else change(comment)
    page = moderator_client.get(url)
    Comment.objects.get().reject(by=second_moderator)
    if act_on == "list":
        answer = act_on_list(moderator_client, "approve", [comment], page=page)
    else:
        answer = act_on_form(moderator_client, "approve", comment, page=page)
    assert state(comment) == "rejected"
    assert "was decided already: Rejected by simone" in words(answer)
    assert "Nothing was changed." in words(answer)


def test_what_a_colleague_decided_is_changed_by_who_has_seen_it(
    moderator_client, second_moderator, comment
):
    comment.reject(by=second_moderator)
    act_on_list(moderator_client, "approve", [comment], url=f"{LIST}?moderation=rejected")
    assert state(comment) == "approved"


@pytest.mark.parametrize("odd", ["", "yesterday", "2099-01-01", "2099-01-01T00:00:00"])
def test_a_page_that_does_not_say_when_it_was_shown_runs_over_no_decision(
    moderator_client, second_moderator, comment, odd
):
    comment.reject(by=second_moderator)
    answer = moderator_client.post(
        f"{LIST}?moderation=all",
        {"action": "approve", "_selected_action": comment.pk, "seen_at": odd},
        follow=True,
    )
    assert state(comment) == "rejected"
    assert "was decided already" in words(answer)


def test_one_comment_decided_meanwhile_does_not_hold_up_the_others(
    moderator_client, second_moderator, article
):
    comments = [factories.comment(article) for _number in range(3)]
    page = moderator_client.get(LIST)
    comments[1].reject(by=second_moderator)
    answer = act_on_list(moderator_client, "approve", comments, page=page)
    assert [state(comment) for comment in comments] == ["approved", "rejected", "approved"]
    assert "2 comments are done." in words(answer)
    assert "was decided already: Rejected by simone" in words(answer)


def test_no_more_than_a_thousand_are_decided_at_once(moderator_client, article, monkeypatch):
    monkeypatch.setattr("comments.admin.comment.COUNT_LIMIT", 5)
    comments = [factories.comment(article, address=f"192.0.2.{n}") for n in range(8)]
    data = forms_of(moderator_client.get(LIST).text)["changelist-form"]["values"]
    data |= {"action": "approve", "_selected_action": comments[0].pk, "select_across": "1"}
    assert "5 comments are done." in words(moderator_client.post(LIST, data, follow=True))
    assert Comment.objects.filter(moderation=Moderation.APPROVED).count() == 5


def test_the_whole_queue_is_decided_with_all_its_pages(moderator_client, article):
    comments = [factories.comment(article, address=f"192.0.2.{n}") for n in range(60)]
    page = moderator_client.get(LIST)
    data = forms_of(page.text)["changelist-form"]["values"]
    data |= {"action": "approve", "_selected_action": comments[0].pk, "select_across": "1"}
    moderator_client.post(LIST, data)
    assert Comment.objects.filter(moderation=Moderation.APPROVED).count() == 60


# --- Permissions ------------------------------------------------------------------------------


def test_an_editor_reads_the_queue_but_has_no_actions(editor_client, comment):
    assert "Zoé" in words(editor_client.get(LIST))
    page = editor_client.get(change(comment))
    assert "Hello <b>there" in words(page)
    assert "mark_as_spam" not in page.text
    assert "mark_as_spam" not in editor_client.get(LIST).text


def test_an_editor_sees_no_trace_since_the_privacy_page_says_so(editor_client, comment):
    assert "192.0.2.1" not in editor_client.get(change(comment)).text


@pytest.mark.parametrize(("action", "_target"), ACTIONS)
def test_an_editor_cannot_decide_by_hand_made_posts(editor_client, comment, action, _target):
    seen_at = timezone.now().isoformat()
    editor_client.post(LIST, {"action": action, "_selected_action": comment.pk, "seen_at": seen_at})
    editor_client.post(
        change(comment),
        {
            "CHANGE_FORM-action": action,
            "CHANGE_FORM-seen_at": seen_at,
            "_selected_action": comment.pk,
        },
    )
    assert state(comment) == "pending"
    assert comment.events.count() == 1


def test_somebody_with_an_account_but_no_group_may_not_even_look(
    client, comment, django_user_model
):
    client.force_login(django_user_model.objects.create_user("new", is_staff=True))
    for url in (LIST, change(comment), "/admin/comments/commentpolicy/"):
        assert client.get(url).status_code == 403


def test_a_reader_is_asked_to_log_in(client, comment):
    for url in (LIST, change(comment), "/admin/comments/commentpolicy/"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")


def test_nobody_adds_changes_or_deletes_a_comment(admin_client, comment):
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.get(f"{LIST}{comment.pk}/delete/").status_code == 403
    assert admin_client.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = admin_client.post(change(comment), {"name": "Another", "text": "Another"})
    assert answer.status_code == 403
    assert "delete_selected" not in admin_client.get(LIST).text
    assert Comment.objects.get().name == "Zoé"


# --- Pausing comments -------------------------------------------------------------------------

POLICY = "/admin/comments/commentpolicy/"


def test_a_moderator_pauses_the_site_and_opens_it_again(moderator_client, article):
    form = forms_of(moderator_client.get(POLICY).text)["commentpolicy_form"]["values"]
    moderator_client.post(POLICY, form | {"paused": "on", "pause_reason": "We are moving."})
    assert "We are moving." in words(moderator_client.get(article.path))
    form = forms_of(moderator_client.get(POLICY).text)["commentpolicy_form"]["values"]
    del form["paused"]
    moderator_client.post(POLICY, form)
    assert 'name="comment"' in moderator_client.get(article.path).text


def test_an_editor_does_not_pause_the_site(editor_client):
    assert editor_client.get(POLICY).status_code == 403
    assert editor_client.post(POLICY, {"paused": "on"}).status_code == 403
    assert not CommentPolicy.current().paused


def test_there_is_one_policy(db, django_user_model):
    CommentPolicy(paused=True).save()
    CommentPolicy(paused=False).save()
    assert CommentPolicy.objects.count() == 1
    assert make_user(django_user_model, "m2", "moderator").has_perm("comments.change_commentpolicy")


@pytest.mark.parametrize(
    "lookup",
    [
        "receipt__startswith=a",
        "receipt=a",
        "fingerprint__gt=a",
        "name__regex=(a%2B)%2B$",
        "id__regex=(",
    ],
)
def test_a_list_cannot_be_asked_what_it_does_not_show(editor_client, article, lookup):
    factories.comment(article)
    assert editor_client.get(f"{LIST}?moderation=all&{lookup}").status_code == 400


def test_a_list_takes_the_lookups_of_its_own_filters(editor_client, article):
    factories.comment(article)
    for lookup in ("screening__exact=waiting", "hold__exact=name", f"article={article.pk}"):
        assert editor_client.get(f"{LIST}?{lookup}").status_code == 200
    assert editor_client.get(f"{LIST}?article={'9' * 4000}").status_code == 200
