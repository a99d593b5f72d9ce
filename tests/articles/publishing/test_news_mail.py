"""Mail to people of the newsroom about the articles that concern them."""

from datetime import timedelta

import pytest
from django.core import mail

from articles.models import Article, ArticleMailPreference, Mention, Note
from articles.publishing import handover, news_mail
from articles.publishing.stages import Stage
from common.mail.preferences import Frequency
from tests import factories
from tests.conftest import smtp
from tests.newsroom.test_roles import make_user
from tests.pages import forms_of, words

pytestmark = pytest.mark.django_db

URL = "/admin/articles/articlemailpreference/"


@pytest.fixture
def at_once(editor, reporter, moderator, clock):
    """Both people and the moderator are mailed at once about what happens from now on."""
    people = {"editor": editor, "reporter": reporter, "moderator": moderator}
    for name, person in people.items():
        person.email = f"{name}@news.example"
        person.save()
        ArticleMailPreference.objects.create(user=person, frequency=Frequency.AT_ONCE)
    ArticleMailPreference.objects.update(told_until=clock.now, next_at=clock.now)
    clock.forward(seconds=1)
    return people


@pytest.fixture
def own(reporter, at_once):
    return factories.article("Trams return", started_by=reporter)


def sent(clock) -> list[tuple[str, str]]:
    """Return who is mailed (without the domain) in three minutes, and the subjects."""
    clock.forward(minutes=3)
    mail.outbox.clear()
    news_mail.send_due()
    return [
        (message.to[0].partition("@")[0], message.subject.partition("] ")[2])
        for message in mail.outbox
    ]


def test_what_is_handed_in_is_told_to_those_who_may_decide(own, reporter, clock):
    own.move_to(Stage.IN_REVIEW, by=reporter, note="Please check the figures.")
    assert sent(clock) == [("editor", "To be decided: Trams return")]
    assert "> Please check the figures." in mail.outbox[0].body
    assert f"/admin/articles/article/{own.pk}/review/" in mail.outbox[0].body
    assert sent(clock) == []


def test_what_is_decided_by_then_is_told_to_nobody_who_could_decide(
    own, reporter, editor, django_user_model, clock
):
    own.move_to(Stage.IN_REVIEW, by=reporter)
    own.move_to(Stage.APPROVED, by=editor)
    assert sent(clock) == [("reporter", "Approved: Trams return")]


def test_the_writer_is_told_what_was_decided_and_why(own, reporter, editor, clock):
    own.move_to(Stage.IN_REVIEW, by=reporter)
    assert len(sent(clock)) == 1
    own.move_to(Stage.DRAFT, by=editor, note="Who says so?")
    assert sent(clock) == [("reporter", "Sent back: Trams return")]
    assert "> Who says so?" in mail.outbox[0].body


def test_whoever_handed_it_in_is_told_what_was_published_though_a_colleague_began_it(
    at_once, editor, reporter, clock
):
    article = factories.article("Trams return", started_by=editor)
    article.move_to(Stage.IN_REVIEW, by=reporter)
    article.refresh_from_db()
    article.press(by=editor)
    assert sent(clock) == [("reporter", "Published: Trams return")]


def test_a_change_of_what_was_approved_is_no_decision(own, reporter, editor, clock):
    own.move_to(Stage.IN_REVIEW, by=reporter)
    own.move_to(Stage.APPROVED, by=editor)
    assert sent(clock)
    own.return_to_draft_after_edit(by=editor)
    assert own.stage == Stage.DRAFT
    assert sent(clock) == []


def test_whoever_is_given_an_article_is_told_with_the_word_and_the_time(
    own, reporter, editor, clock
):
    due = clock.now + timedelta(days=2)
    handover.hand_over(own, {"assignee": editor, "due_at": due}, by=reporter, note="Yours now.")
    assert sent(clock) == [("editor", "Given to you: Trams return")]
    assert "> Yours now." in mail.outbox[0].body
    assert "due: " in mail.outbox[0].body


def test_whoever_a_note_asks_is_told_unless_it_is_answered_by_then(
    own, reporter, editor, moderator, clock
):
    Note.objects.add(own, f"@{moderator.username} is this so?", by=reporter)
    assert sent(clock) == [("moderator", "A note asks you: Trams return")]
    Note.objects.add(own, f"@{moderator.username} and this?", by=reporter)
    Mention.objects.settle(own, moderator)
    assert sent(clock) == []


def test_what_happens_within_a_period_is_one_message(own, reporter, editor, clock):
    ArticleMailPreference.objects.filter(user=editor).update(frequency=Frequency.HOURLY)
    own.move_to(Stage.IN_REVIEW, by=reporter)
    handover.hand_over(own, {"assignee": editor}, by=reporter)
    assert sent(clock) == [("editor", "2 pieces of news about articles")]
    assert "Given to you: Trams return" in mail.outbox[0].body


def test_nobody_is_told_of_an_article_that_they_may_not_see(
    at_once, editor, django_user_model, clock
):
    """A contributor sees another's article as long as it is with them."""
    person = make_user(django_user_model, "person", "contributor")
    person.email = "person@news.example"
    person.save()
    ArticleMailPreference.objects.create(user=person, frequency=Frequency.AT_ONCE)
    ArticleMailPreference.objects.update(told_until=clock.now, next_at=clock.now)
    article = factories.article("Secret", started_by=editor)
    handover.hand_over(article, {"assignee": person}, by=editor)
    handover.hand_over(article, {"assignee": None}, by=editor)
    Article.objects.update(stage=Stage.DRAFT)
    assert sent(clock) == []


def test_a_message_is_in_the_language_of_its_reader(own, reporter, editor, clock):
    ArticleMailPreference.objects.filter(user=editor).update(language="fr")
    own.move_to(Stage.IN_REVIEW, by=reporter)
    assert sent(clock) == [("editor", "À décider : Trams return")]
    assert "À décider\u00a0: Trams return" in mail.outbox[0].body


def test_people_are_mailed_once_an_hour_unless_they_choose(reporter, moderator, admin_user):
    news_mail.send_due()
    assert list(ArticleMailPreference.objects.values_list("user", "frequency")) == [
        (reporter.pk, Frequency.HOURLY)
    ]


def test_a_person_chooses_how_often(client, reporter):
    client.force_login(reporter)
    form = forms_of(client.get(URL).text)["articlemailpreference_form"]
    values = form["values"] | {"frequency": "daily", "language": "fr"}
    assert client.post(URL, values).status_code == 302
    chosen = ArticleMailPreference.objects.get(user=reporter)
    assert (chosen.frequency, chosen.language) == ("daily", "fr")


def test_a_message_that_cannot_be_sent_is_tried_again_and_counted_as_trouble(
    own, reporter, clock, settings, moderator_client
):
    own.move_to(Stage.IN_REVIEW, by=reporter)
    working, settings.MAILERS = settings.MAILERS, smtp(9)
    assert sent(clock) == []
    assert "could not be mailed 1" in words(moderator_client.get("/admin/health/"))
    settings.MAILERS = working
    assert sent(clock) == [("editor", "To be decided: Trams return")]
