from html import unescape
import re

from django.db import migrations
from django.db.models import Q

from comments.writing.links import links_in
from comments.writing.text import to_html

HREF = re.compile(r'<a href="([^"]*)"')
SEPARATOR = re.compile("[\u2028\u2029]")
BATCH = 500


def make_html_anew(apps, schema_editor):
    """Make the HTML anew of each comment whose links, or lines, end at another place now."""
    alias = schema_editor.connection.alias
    Comment = apps.get_model("comments", "Comment")
    Change = apps.get_model("articles", "Change")
    comments = Comment.objects.using(alias).filter(
        Q(text__contains="://") | Q(text__contains="\u2028") | Q(text__contains="\u2029")
    )
    last, part = 0, True
    while part:
        # A few at a time, by key, as nothing else may read while this connection writes.
        part = list(comments.filter(pk__gt=last).order_by("pk").only("text", "html", "article_id")[:BATCH])
        changed = [comment for comment in part if is_outdated(comment)]
        for comment in changed:
            comment.html = to_html(comment.text)
        Comment.objects.using(alias).bulk_update(changed, ["html"])
        # The pages that are kept show the old HTML.
        articles = {comment.article_id for comment in changed}
        Change.objects.using(alias).bulk_create(Change(kind="thread", key=key) for key in articles)
        last = part[-1].pk if part else last


def is_outdated(comment):
    links = [link for link in links_in(comment.text) if link[0] not in "wW"]
    shown = [unescape(url) for url in HREF.findall(comment.html)]
    return links != shown or SEPARATOR.search(comment.text)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0013_takedown'),
        ('comments', '0012_words_of_rules'),
    ]

    operations = [migrations.RunPython(make_html_anew, migrations.RunPython.noop)]
