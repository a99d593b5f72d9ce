"""Migrations of comments on a site that has some."""

from datetime import timedelta
from html import unescape

from django.utils import timezone


def add_comment(apps, **values):
    Section, Article, Comment = (
        apps.get_model(*name.split("."))
        for name in ("articles.Section", "articles.Article", "comments.Comment")
    )
    section = Section.objects.create(name="City", slug="city")
    article = Article.objects.create(headline="Bridge", slug="bridge", section=section)
    return Comment.objects.create(article=article, name="Jeanne", text="Bravo !", **values)


def test_a_hash_of_article_name_and_words_is_no_hash_of_the_words_alone(migrate):
    """The old hashes would group nothing, and are deleted; the comment stays as it is."""
    apps = migrate("submission_keys", before=True)
    pk = add_comment(apps, fingerprint="f" * 64).pk
    comment = migrate("submission_keys").get_model("comments", "Comment").objects.get(pk=pk)
    assert (comment.name, comment.text, comment.fingerprint) == ("Jeanne", "Bravo !", None)


def test_the_clock_is_compared_with_the_time_of_the_last_worker(migrate):
    apps = migrate("clock_status", before=True)
    seen_at = timezone.now() - timedelta(days=3)
    apps.get_model("comments", "WorkerStatus").objects.update_or_create(
        pk=1, defaults={"seen_at": seen_at}
    )
    status = migrate("clock_status").get_model("comments", "ClockStatus").objects.get()
    assert (status.trusted_at, status.doubted_at) == (seen_at, None)


def test_open_reports_bring_their_comments_into_the_queue(migrate):
    apps = migrate("complaints_in_the_queue", before=True)
    now = timezone.now()
    reported = add_comment(apps, moderation="approved").pk
    Comment, Complaint = (apps.get_model("comments", name) for name in ("Comment", "Complaint"))
    settled = Comment.objects.create(
        article=Comment.objects.get().article, name="Zoé", text="Non !", moderation="approved"
    ).pk
    for comment, grounds, outcome, days in [
        (reported, "abuse", "open", 2),
        (reported, "illegal", "open", 1),
        (reported, "other", "dismissed", 9),
        (settled, "illegal", "upheld", 3),
    ]:
        Complaint.objects.create(
            comment_id=comment,
            grounds=grounds,
            outcome=outcome,
            submitted_at=now - timedelta(days=days),
        )
    Comment = migrate("complaints_in_the_queue").get_model("comments", "Comment")
    columns = ("pk", "complained_at", "urgency", "complaint_version")
    assert list(Comment.objects.order_by("pk").values_list(*columns)) == [
        (reported, now - timedelta(days=2), 1, 1),
        (settled, None, 0, 0),
    ]


def test_the_links_of_stored_comments_end_where_their_writers_ended_them(migrate):
    apps = migrate("links_of_comments", before=True)
    Comment = apps.get_model("comments", "Comment")
    pk = add_comment(apps, html="<p>Bravo !</p>").pk
    Comment.objects.filter(pk=pk).update(
        text="https://fr.wikipedia.org/wiki/L'Équipe\u2028fin",
        html='<p><a href="https://fr.wikipedia.org/wiki/L">…</a></p>',
    )
    apps = migrate("links_of_comments")
    comment = apps.get_model("comments", "Comment").objects.get(pk=pk)
    assert 'href="https://fr.wikipedia.org/wiki/L\'Équipe"' in unescape(comment.html)
    assert comment.html.endswith("<br>fin</p>")
    assert apps.get_model("articles", "Change").objects.filter(
        kind="thread", key=comment.article_id
    )
