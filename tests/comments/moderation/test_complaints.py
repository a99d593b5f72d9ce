"""Reports by readers: a moderator decides, and both the reader and the comment's writer see it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from comments.models import Comment, Complaint, Counter
from comments.moderation.states import AlreadyDecided
from comments.privacy import retention
from comments.writing import provenance
from comments.writing.refusal import Refused
from tests import factories
from tests.comments.reader import Reader
from tests.pages import form_values, words


class Complainer(Reader):
    """A reader who follows “Report” under a comment to the page with the form."""

    def __init__(self, client, comment, address="192.0.2.50"):
        super().__init__(client, comment.article, address)
        self.url = reverse("comments:complain", args=[comment.pk])

    def open(self):
        self.page = self.client.get(self.url)
        return self.form()

    def form(self):
        return form_values(self.page, "complaint-form")

    def send(self, **fields):
        headers = fields.pop("headers", {"Sec-Fetch-Site": "same-origin"})
        self.page = self.client.post(
            self.url, {**self.form(), **fields}, headers=headers, REMOTE_ADDR=self.address
        )
        return self.page

    def complain(self, **fields):
        self.open()
        return self.send(**{"grounds": "abuse", "words": "Rude.", **fields})


@pytest.fixture
def comment(article, moderator):
    return factories.comment_in("approved", article, by=moderator, name="Zoé", text="You fool")


@pytest.fixture
def complainer(client, comment):
    return Complainer(client, comment)


def file(comment, address="192.0.2.50", **said):
    return Complaint.objects.file(
        comment, address=address, **{"grounds": "abuse", "words": "Rude.", **said}
    )


# --- The form -----------------------------------------------------------------------------------


def test_a_published_comment_leads_to_its_form(client, comment, complainer):
    assert f'href="{complainer.url}"' in client.get(comment.article.path).text
    complainer.open()
    assert "You fool" in words(complainer.page)
    assert '<meta name="robots" content="noindex">' in complainer.page.text
    assert not complainer.page.cookies


def test_a_report_leads_to_a_private_page(client, comment, complainer):
    answer = complainer.complain(grounds="illegal", words="Against\r\nthe law.")
    filed = Complaint.objects.get()
    assert answer.status_code == 303
    assert answer.url == filed.get_absolute_url()
    assert (filed.comment, filed.grounds, filed.words) == (comment, "illegal", "Against\nthe law.")
    page = client.get(answer.url)
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert "It waits for a moderator." in words(page)
    assert "Against the law." in words(page)


def test_words_are_not_needed_but_grounds_are(complainer):
    answer = complainer.complain(grounds="", words="Not lost")
    assert answer.status_code == 422
    assert "Please choose what is wrong with the comment." in words(answer)
    assert complainer.form()["words"] == "Not lost"
    assert complainer.send(grounds="other", words="").status_code == 303


@pytest.mark.parametrize("grounds", ["illegal", "abuse"])
def test_what_was_chosen_stays_chosen_after_an_error(complainer, grounds):
    complainer.complain(grounds=grounds, words="x" * 2001)
    assert "at most 2000 characters; these are 2001." in words(complainer.page)
    assert complainer.form()["grounds"] == grounds


def test_another_sites_page_is_refused(complainer):
    answer = complainer.complain(headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 422
    assert not Complaint.objects.exists()


def test_who_sends_no_evidence_confirms(complainer):
    assert complainer.complain(headers={}).status_code == 422
    assert complainer.send(headers={}, grounds="abuse").status_code == 303


@pytest.mark.parametrize("stamp", ["", "forged", "1:20200101:x"])
def test_a_form_without_our_stamp_comes_back_with_one(complainer, stamp):
    assert complainer.complain(stamp=stamp).status_code == 422
    assert complainer.send(grounds="abuse").status_code == 303


def test_another_articles_stamp_is_none(complainer):
    stamp = provenance.stamp(factories.published("Elsewhere"))
    assert complainer.complain(stamp=stamp).status_code == 422


def test_the_honeypot_only_tells(complainer):
    assert complainer.complain(website="https://spam.example").status_code == 303
    assert Complaint.objects.get().is_suspect


def test_too_many_from_one_address_are_refused(client, article, moderator, settings):
    settings.COMMENTS_RATE_LIMIT = 2
    comments = [factories.comment(article, address=f"198.51.100.{number}") for number in range(3)]
    for comment in comments:
        comment.approve(by=moderator)
    statuses = [Complainer(client, comment).complain().status_code for comment in comments]
    assert statuses == [303, 303, 422]


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn"])
def test_what_is_not_published_cannot_be_reported(client, article, moderator, state):
    hidden = factories.comment_in(state, article, by=moderator)
    assert client.get(reverse("comments:complain", args=[hidden.pk])).status_code == 404
    with pytest.raises(Refused, match="unpublished"):
        file(hidden)


def test_a_comment_that_went_meanwhile_needs_no_report(complainer, comment, moderator):
    complainer.open()
    comment.reject(by=moderator)
    answer = complainer.send(grounds="abuse")
    assert answer.status_code == 422
    assert "This comment is no longer published." in words(answer)
    assert "You fool" not in answer.text


# --- One open report for each address, and no stored address ------------------------------------


def test_one_report_of_an_address_is_open_for_a_comment(complainer, article, comment, moderator):
    complainer.complain()
    answer = complainer.complain(words="Again!")
    assert answer.status_code == 422
    assert "already reported from your connection" in words(answer)
    assert complainer.form()["words"] == "Again!"
    file(comment, address="192.0.2.51")
    file(factories.comment_in("approved", article, by=moderator))


def test_after_a_decision_it_can_be_reported_again(comment, moderator):
    file(comment).dismiss(by=moderator)
    file(comment)


def test_readers_without_an_address_do_not_keep_each_other_out(comment):
    file(comment, address=None)
    file(comment, address=None)


def test_the_address_is_kept_as_a_keyed_hash_until_the_decision(comment, article, moderator):
    other = factories.comment_in("approved", article, by=moderator)
    first, second = file(comment), file(other)
    assert "192.0.2.50" not in str(list(Complaint.objects.values()))
    assert first.address_hash != second.address_hash
    first.dismiss(by=moderator)
    other.reject(by=moderator)
    assert set(Complaint.objects.values_list("address_hash", flat=True)) == {""}


# --- The decision -------------------------------------------------------------------------------


def outcome(client, complaint):
    return words(client.get(complaint.get_absolute_url()))


def test_a_dismissal_is_told_and_the_comment_stays(client, comment, moderator):
    filed = file(comment)
    filed.dismiss(by=moderator)
    assert "The comment stays." in outcome(client, filed)
    assert "You fool" in words(client.get(comment.article.path))
    assert "Maurice" not in outcome(client, filed)


@pytest.mark.parametrize("grounds", Complaint.Grounds.values)
@pytest.mark.parametrize(
    ("reason", "told"),
    [("personal", "gives away somebody’s personal data"), ("off_topic", "not about the article")],
)
def test_the_moderators_reason_reaches_both_whatever_the_reader_said(
    client, comment, moderator, grounds, reason, told
):
    filed = file(comment, grounds=grounds)
    filed.uphold(by=moderator, reason=reason)
    assert f"removed it: {told}." in outcome(client, filed)
    assert f"not to publish it: {told}." in words(client.get(comment.get_receipt_url()))
    assert "You fool" not in client.get(filed.get_absolute_url()).text


@pytest.mark.parametrize("grounds", Complaint.Grounds.values)
def test_without_a_reason_nobody_is_told_the_accusers(client, comment, moderator, grounds):
    filed = file(comment, grounds=grounds)
    filed.uphold(by=moderator)
    assert "A moderator has looked at it and removed it." in outcome(client, filed)
    assert "decided not to publish it." in words(client.get(comment.get_receipt_url()))


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam"])
def test_any_decision_that_removes_the_comment_settles_every_report(
    client, comment, moderator, verb
):
    filed = [file(comment, address=f"192.0.2.{number}") for number in range(3)]
    getattr(comment, verb)(by=moderator)
    assert not Complaint.objects.awaiting_decision().exists()
    for complaint in filed:
        assert "The comment was removed." in outcome(client, complaint)


@pytest.mark.parametrize("verb", ["withdraw", "erase"])
def test_a_comment_that_its_writer_takes_back_settles_them_too(client, comment, verb):
    filed = file(comment)
    getattr(comment, verb)()
    assert "The comment is gone." in outcome(client, filed)
    assert "You fool" not in client.get(filed.get_absolute_url()).text


def test_a_comment_published_again_opens_what_was_upheld_and_nothing_else(
    client, comment, moderator
):
    dismissed, upheld = file(comment), file(comment, address="192.0.2.51")
    dismissed.dismiss(by=moderator)
    upheld.uphold(by=moderator)
    Comment.objects.get().approve(by=moderator)
    assert list(Complaint.objects.awaiting_decision()) == [upheld]
    upheld.refresh_from_db()
    assert (upheld.decided_at, upheld.decided_by) == (None, None)
    assert "It waits for a moderator." in outcome(client, upheld)
    assert "The comment stays." in outcome(client, dismissed)


def test_whoever_decides_second_is_told(comment, moderator, second_moderator):
    filed, _still_open = file(comment), file(comment, address="192.0.2.51")
    filed.dismiss(by=moderator)
    for act in (filed.dismiss, filed.uphold):
        with pytest.raises(AlreadyDecided):
            act(by=second_moderator)
    comment.refresh_from_db()
    assert comment.moderation == "approved"


def test_an_editor_may_not_decide_about_a_report(comment, editor):
    filed = file(comment)
    for act in (filed.dismiss, filed.uphold):
        with pytest.raises(PermissionDenied):
            act(by=editor)
    assert list(Complaint.objects.awaiting_decision()) == [filed]


def test_the_history_tells_of_it_without_the_words(comment, moderator):
    file(comment).dismiss(by=moderator)
    rows = list(comment.events.values_list("kind", "by__username", "origin", "target", "note"))
    assert rows[-2:] == [
        ("complained", None, "", "abuse", ""),
        ("dismissed", "maurice", "abuse", "", ""),
    ]


# --- Retention ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "left"), [(89, 1), (90, 0)])
def test_a_report_goes_after_its_decision(comment, moderator, clock, days, left):
    file(comment).dismiss(by=moderator)
    clock.forward(days=days)
    retention.purge()
    assert Complaint.objects.count() == left


def test_an_open_report_waits(comment, clock):
    file(comment)
    clock.forward(days=1000)
    retention.purge()
    assert Complaint.objects.count() == 1


def test_a_report_goes_with_its_comment(comment, clock, moderator):
    file(comment)
    comment.mark_as_spam(by=moderator)
    clock.forward(days=15)
    retention.purge()
    assert not Complaint.objects.exists()
    assert not Comment.objects.exists()


def test_what_counts_an_addresss_reports_goes_with_its_period(complainer, clock, settings):
    complainer.complain()
    assert Counter.objects.filter(name__startswith="post:complaint:").exists()
    clock.now += 2 * settings.COMMENTS_RATE_PERIOD
    retention.purge()
    assert not Counter.objects.filter(name__startswith="post:").exists()


def test_the_database_itself_refuses_a_second_open_report(comment):
    from django.db import IntegrityError, transaction

    first = file(comment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.create(comment=comment, grounds="other", address_hash=first.address_hash)
    assert connection.is_usable()


def test_a_comment_of_a_withdrawn_article_can_neither_be_read_nor_reported(client, comment):
    comment.article.withdraw(by=None)
    answer = client.post(f"/comments/{comment.pk}/report/", {"grounds": "abuse"})
    assert answer.status_code == 422
    assert comment.text not in answer.text
    assert not Complaint.objects.exists()
