"""Editors and moderators edit, answer and feature comments."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from comments.admin.forms import AnswerForm
from comments.models import Comment, PublicName, Trace
from comments.moderation.states import AlreadyEdited, Moderation
from comments.screening import attempts
from comments.writing.refusal import Refused
from comments.writing.revision import revise
from tests import factories
from tests.pages import forms_of, words


@pytest.fixture
def comment(article, moderator):
    comment = factories.comment(article, name="Zoé", text="Call 0123456789 <now>")
    comment.approve(by=moderator)
    return comment


@pytest.fixture(params=["editor", "moderator"])
def person(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def person_client(client, person):
    client.force_login(person)
    return client


def screen(comment, name="moderate"):
    return f"/admin/comments/comment/{comment.pk}/{name}/"


def send(client, comment, form, page=None, **typed):
    page = page or client.get(screen(comment))
    values = forms_of(page.text)[f"{form}-form"]["values"]
    return client.post(screen(comment, form), values | typed)


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


# --- Editing ----------------------------------------------------------------------------------


def test_the_text_is_edited_and_the_original_kept_with_the_trace(person_client, comment, person):
    answer = send(person_client, comment, "edit", text="Call us\r\n\r\n<now>", note="A number.")
    assert answer.url == screen(comment)
    edited = fresh(comment)
    assert edited.text == "Call us\n\n<now>"
    assert edited.html == "<p>Call us</p>\n<p>&lt;now&gt;</p>"
    assert edited.edited_at
    assert edited.trace.text == "Call 0123456789 <now>"
    row = edited.events.get(kind="edited")
    assert (row.by, row.note) == (person, "A number.")
    assert "0123" not in f"{row.note}{row.data}"


def test_only_moderators_read_what_was_submitted(
    client, editor, moderator, second_moderator, comment
):
    comment.edit("Call us", by=moderator)
    for person, may in ((editor, False), (second_moderator, True)):
        client.force_login(person)
        for name in ("moderate", "change"):
            assert ("0123456789" in client.get(screen(comment, name)).text) is may


def test_akismet_is_sent_the_comment_as_submitted_only(akismet, article, moderator):
    comment = factories.comment(article, text="As I wrote it")
    comment.edit("As we mended it", by=moderator)
    attempts.screen_due()
    comment = fresh(comment)
    comment.mark_as_spam(by=moderator)
    attempts.screen_due()
    sent = [request.fields["comment_content"] for request in akismet.requests]
    assert sent == ["As I wrote it"] * 2


@pytest.mark.parametrize("typed", ["", " \n\u200b", "x" * 5001])
def test_a_text_that_cannot_be_is_shown_again(moderator_client, comment, typed):
    answer = send(moderator_client, comment, "edit", text=typed)
    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert typed.strip() in answer.text
    assert fresh(comment).text == comment.text


def test_the_second_editor_is_told_of_the_first_and_loses_nothing(
    moderator_client, second_moderator, comment, clock
):
    page = moderator_client.get(screen(comment))
    clock.forward(seconds=1)
    comment.edit("The first one’s", by=second_moderator)
    answer = send(moderator_client, comment, "edit", page, text="The second one’s")
    assert answer.status_code == 422
    assert "has changed: edited by simone" in words(answer)
    assert "Your text is not saved. The text is now: The first one’s" in words(answer)
    assert "The second one’s" in answer.text
    assert fresh(comment).text == "The first one’s"


def test_who_edits_in_two_windows_is_not_told_of_somebody_else(
    moderator_client, moderator, comment, clock
):
    page = moderator_client.get(screen(comment))
    clock.forward(seconds=1)
    comment.edit("From one window", by=moderator)
    answer = send(moderator_client, comment, "edit", page, text="From the other")
    assert "Your text is not saved. The text is now: From one window" in words(answer)
    assert "Somebody has edited" not in words(answer)


def test_an_edit_that_is_sent_twice_is_one_and_no_warning(moderator_client, comment, clock):
    page = moderator_client.get(screen(comment))
    for _press in range(2):
        clock.forward(seconds=1)
        answer = send(moderator_client, comment, "edit", page, text="Mended")
        assert answer.status_code == 303
    assert comment.events.filter(kind="edited").count() == 1


def test_who_edits_after_having_seen_the_edit_may(comment, moderator, clock):
    comment.edit("One", by=moderator)
    clock.forward(seconds=1)
    seen = timezone.now()
    comment.edit("Two", by=moderator, seen_at=seen)
    clock.forward(seconds=-2)
    with pytest.raises(AlreadyEdited):
        comment.edit("Three", by=moderator, seen_at=timezone.now())


def test_who_has_not_seen_the_writers_change_does_not_edit_over_it(article, moderator, clock):
    comment = factories.comment(article)
    Comment.objects.update(submitted_at=clock.now)
    seen = timezone.now()
    clock.forward(seconds=1)
    revise(fresh(comment), factories.SENDER, name="Zoé", text="The writer’s own words")
    with pytest.raises(AlreadyEdited):
        comment.edit("Mended", by=moderator, seen_at=seen)
    assert fresh(comment).text == "The writer’s own words"


def test_what_is_erased_gets_no_text_again(comment, moderator):
    comment.erase()
    comment.edit("Mended", by=moderator)
    assert (fresh(comment).text, fresh(comment).html) == ("", "")


def test_the_same_text_is_no_edit(comment, moderator):
    comment.edit(comment.text, by=moderator)
    assert fresh(comment).edited_at is None


# --- Answering --------------------------------------------------------------------------------


def test_an_answer_is_public_at_once_in_the_newsrooms_name(
    person_client, person, article, comment, settings
):
    answer = send(
        person_client, comment, "answer", text="It opens on Friday.", name=settings.SITE_NAME
    )
    assert answer.url == screen(comment)
    reply = comment.replies.get()
    assert (reply.name, reply.text, reply.is_newsroom) == (
        settings.SITE_NAME, "It opens on Friday.", True,
    )  # fmt: skip
    assert (reply.moderation, reply.decided_by) == (Moderation.APPROVED, person)
    assert list(reply.events.values_list("kind", flat=True)) == ["submitted", "decided"]
    assert "It opens on Friday." in words(person_client.get(article.path))
    article.refresh_from_db()
    assert article.comment_count == 2


def test_an_answer_that_is_sent_twice_is_public_once(moderator_client, comment, settings):
    page = moderator_client.get(screen(comment))
    for _press in range(2):
        answer = send(
            moderator_client, comment, "answer", page, text="On Friday.", name=settings.SITE_NAME
        )
        assert answer.url == screen(comment)
    assert comment.replies.count() == 1
    assert comment.events.filter(kind="answered").count() == 1


def test_an_answer_is_signed_by_the_person_or_the_newsroom_only(moderator_client, comment):
    answer = send(moderator_client, comment, "answer", text="Yes.", name="Somebody else")
    assert answer.status_code == 422
    assert "Yes." in answer.text
    assert not comment.replies.exists()


def test_a_person_without_a_public_name_is_asked_for_it_and_it_is_kept(
    person_client, person, comment
):
    """The account's own name is only a suggestion, and the login name not even that."""
    page = person_client.get(screen(comment))
    assert "Your public name" in words(page)
    assert forms_of(page.text)["answer-form"]["values"]["public_name"] == person.first_name
    send(person_client, comment, "answer", page, text="Yes.", public_name=" Mme  Leroy ")
    assert comment.replies.get().name == "Mme Leroy"
    assert PublicName.objects.get(user=person).name == "Mme Leroy"
    page = person_client.get(screen(comment))
    assert "Your public name" not in words(page)
    assert "Mme Leroy" in words(page)
    send(person_client, comment, "answer", page, text="Yes again.")
    assert set(comment.replies.values_list("name", flat=True)) == {"Mme Leroy"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "This field cannot be blank."),
        (" \u200b ", "This field cannot be blank."),
        ("maurice", "This is a login name, which readers must not know."),
        ("simone", "This is a login name, which readers must not know."),
        ("maurice@news.example", "This is a login name, which readers must not know."),
        ("Taken", "Somebody else in the newsroom has this public name."),
    ],
)
def test_a_public_name_that_cannot_be_is_asked_for_again(
    moderator_client, second_moderator, editor, comment, typed, told
):
    PublicName.objects.create(user=editor, name="Taken")
    answer = send(moderator_client, comment, "answer", text="Yes.", public_name=typed)
    assert answer.status_code == 422
    assert told in words(answer)
    assert "Yes." in answer.text
    assert not comment.replies.exists()
    assert PublicName.objects.count() == 1


def test_an_answer_with_the_sites_name_asks_for_no_other(moderator_client, comment, settings):
    send(moderator_client, comment, "answer", text="Yes.", name=settings.SITE_NAME, public_name="")
    assert comment.replies.get().name == settings.SITE_NAME
    assert not PublicName.objects.exists()


def test_no_answer_is_ever_signed_with_a_login_name(comment, moderator):
    with pytest.raises(ValueError, match="never with a login name"):
        comment.answer("Yes.", by=moderator, name="maurice")
    assert not comment.replies.exists()


def test_a_public_name_is_kept_only_with_the_answer(moderator_client, second_moderator, article):
    comment = factories.comment(article)
    page = moderator_client.get(screen(comment))
    comment.reject(by=second_moderator)
    answer = send(moderator_client, comment, "answer", page, text="Yes.", public_name="Momo")
    assert answer.status_code == 409
    assert "Momo" in answer.text
    assert not PublicName.objects.exists()


def test_who_has_a_public_name_that_became_a_login_name_is_asked_for_another(
    moderator_client, moderator, comment
):
    PublicName.objects.create(user=moderator, name="Momo")
    moderator.username = "Momo"
    moderator.save()
    page = moderator_client.get(screen(comment))
    assert "Your public name" in words(page)
    send(moderator_client, comment, "answer", page, text="Yes.", public_name="Maurice L.")
    assert comment.replies.get().name == "Maurice L."
    assert PublicName.objects.get().name == "Maurice L."


# --- The page of public names -----------------------------------------------------------------

NAMES = "/admin/comments/publicname/"


def test_a_person_changes_the_own_public_name_and_no_other(person_client, person, admin_user):
    other = PublicName.objects.create(user=admin_user, name="Chief")
    assert person_client.post(f"{NAMES}add/", {"name": "Momo"}).status_code == 302
    own = PublicName.objects.get(user=person)
    assert person_client.get(f"{NAMES}add/")["Location"] == f"{NAMES}{own.pk}/change/"
    assert "Chief" not in words(person_client.get(NAMES))
    person_client.post(f"{NAMES}{own.pk}/change/", {"name": "Maumau", "user": admin_user.pk})
    own.refresh_from_db()
    assert (own.name, own.user) == ("Maumau", person)
    answer = person_client.post(f"{NAMES}{other.pk}/change/", {"name": "x"})
    assert answer.status_code in (302, 403, 404)
    answer = person_client.post(f"{NAMES}{own.pk}/change/", {"name": person.username})
    assert "This is a login name" in words(answer)
    other.refresh_from_db()
    assert other.name == "Chief"


def test_an_administrator_changes_all_public_names(admin_client, editor):
    page = {"name": "Edith L.", "user": editor.pk}
    assert admin_client.post(f"{NAMES}add/", page).status_code == 302
    named = PublicName.objects.get(user=editor)
    assert "Edith L." in words(admin_client.get(NAMES))
    assert admin_client.post(f"{NAMES}{named.pk}/change/", page | {"name": "E."}).status_code == 302
    assert PublicName.objects.get().name == "E."


def test_who_may_not_answer_has_no_public_name(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("carl", is_staff=True))
    for url in (NAMES, f"{NAMES}add/"):
        assert client.get(url).status_code == 403


# --- Answers that are published ----------------------------------------------------------------


def test_the_newsrooms_own_spam_is_no_report_that_comes_too_late(comment, moderator):
    reply = comment.answer("It opens on Friday.", by=moderator, name="Newsroom")
    reply.mark_as_spam(by=moderator)
    assert fresh(reply).report_wanted == ""
    assert not Comment.objects.due().filter(pk=reply.pk).exists()


def test_an_answer_leaves_no_trace_and_is_never_sent_to_akismet(akismet, comment, moderator):
    attempts.screen_due()
    asked = len(akismet.requests)
    reply = comment.answer("It opens on Friday.", by=moderator, name="Newsroom")
    reply.mark_as_spam(by=moderator)
    reply.undo(by=moderator)
    fresh(reply).reject(by=moderator)
    reply = fresh(reply)
    reply.moderation = Moderation.PENDING
    reply.save()
    reply.screen_again(by=moderator)
    attempts.screen_due()
    assert len(akismet.requests) == asked
    assert not Trace.objects.filter(comment=reply).exists()
    assert not Comment.objects.due().exists()


def test_an_answer_is_moderated_away_like_any_comment(moderator_client, comment, article):
    send(moderator_client, comment, "answer", text="It opens on Friday.")
    reply = comment.replies.get()
    page = moderator_client.get(screen(reply))
    assert "Not asked about the newsroom’s own answers" in words(page)
    moderator_client.post(screen(reply), {"seen_at": timezone.now().isoformat(), "reason": "other"})
    assert "It opens on Friday." not in words(moderator_client.get(article.path))


def test_a_moderator_approves_and_answers_at_once(moderator_client, moderator, article):
    comment = factories.comment(article)
    assert "Approve and answer" in words(moderator_client.get(screen(comment)))
    send(moderator_client, comment, "answer", text="It opens on Friday.")
    assert fresh(comment).moderation == Moderation.APPROVED
    assert comment.replies.get().is_newsroom


def test_who_approves_and_answers_too_late_is_told_and_keeps_the_answer(
    moderator_client, second_moderator, article
):
    comment = factories.comment(article)
    page = moderator_client.get(screen(comment))
    comment.reject(by=second_moderator)
    answer = send(moderator_client, comment, "answer", page, text="It opens on Friday.")
    assert answer.status_code == 409
    assert "was decided already: Rejected by simone" in words(answer)
    assert "It opens on Friday." in answer.text
    assert not comment.replies.exists()


def test_who_answers_what_is_taken_off_at_that_very_moment_is_told_and_keeps_the_answer(
    moderator_client, second_moderator, comment, monkeypatch
):
    page = moderator_client.get(screen(comment))
    is_valid = AnswerForm.is_valid

    def reject_meanwhile(form):
        fresh(comment).reject(by=second_moderator)
        return is_valid(form)

    monkeypatch.setattr(AnswerForm, "is_valid", reject_meanwhile)
    answer = send(moderator_client, comment, "answer", page, text="It opens on Friday.")
    assert answer.status_code == 409
    assert "The comment that you answer is no longer there." in words(answer)
    assert "It opens on Friday." in answer.text
    assert "Rejected by simone" in words(answer)
    assert not comment.replies.exists()


def test_an_editor_answers_nothing_that_is_not_public(editor_client, editor, article):
    comment = factories.comment(article)
    assert "answer-form" not in editor_client.get(screen(comment)).text
    answer = editor_client.post(
        screen(comment, "answer"), {"text": "Yes.", "name": "own", "public_name": "Edith"}
    )
    assert answer.status_code == 403
    with pytest.raises(Refused, match="unanswerable"):
        comment.answer("Yes.", by=editor, name="x")
    assert fresh(comment).moderation == Moderation.PENDING
    assert not Comment.objects.filter(is_newsroom=True).exists()


# --- Featuring --------------------------------------------------------------------------------


def test_a_comment_is_featured_and_no_longer(person_client, comment):
    person_client.post(screen(comment, "feature"), {"featured": "1"})
    assert fresh(comment).featured_at
    assert "Featured" in words(person_client.get(screen(comment)))
    person_client.post(screen(comment, "feature"))
    assert fresh(comment).featured_at is None


def test_featuring_twice_moves_nothing(comment, moderator, clock):
    comment.feature(by=moderator)
    first = fresh(comment).featured_at
    clock.forward(hours=1)
    comment.feature(by=moderator)
    assert fresh(comment).featured_at == first
    assert comment.events.filter(kind="featured").count() == 1


# --- Permissions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda comment, by: comment.edit("x", by=by),
        lambda comment, by: comment.answer("x", by=by, name="x"),
        lambda comment, by: comment.feature(by=by),
        lambda comment, by: comment.unfeature(by=by),
        lambda comment, by: comment.undo(by=by),
    ],
)
def test_nobody_else_writes(comment, django_user_model, write):
    with pytest.raises(PermissionDenied):
        write(comment, django_user_model.objects.create_user("reader"))
    assert Comment.objects.count() == 1
    assert fresh(comment).text == comment.text


def test_what_is_not_public_cannot_be_featured(article, editor):
    waiting = factories.comment(article)
    waiting.feature(by=editor)
    waiting.refresh_from_db()
    assert waiting.featured_at is None


def test_what_is_no_longer_public_can_be_featured_no_more(comment, moderator):
    comment.feature(by=moderator)
    comment.reject(by=moderator)
    comment.unfeature(by=moderator)
    assert fresh(comment).featured_at is None
