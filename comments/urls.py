"""The addresses at which readers comment, read threads, and follow their comments and reports."""

from django.urls import path, re_path

from . import feeds
from .views import complaints, posting, receipt, threads

app_name = "comments"

urlpatterns = [
    path("privacy/", posting.privacy_page, name="privacy"),
    # Private pages: only the reader who sent the comment or the report has their addresses.
    path("receipt/<uuid:receipt>/", receipt.receipt, name="receipt"),
    path("receipt/<uuid:receipt>/revise/", receipt.revise, name="revise"),
    path("receipt/<uuid:receipt>/withdraw/", receipt.withdraw, name="withdraw"),
    path("receipt/<uuid:receipt>/erase/", receipt.erase, name="erase"),
    path("receipt/<uuid:receipt>/export/", receipt.export, name="export"),
    path("receipt/report/<uuid:receipt>/", complaints.receipt, name="complaint"),
    path("article/<int:article_id>/", posting.post, name="post"),
    path("article/<int:article_id>/thread/", threads.thread, name="thread"),
    path("<int:comment_id>/", threads.comment, name="comment"),
    path("<int:comment_id>/reply/", posting.reply, name="reply"),
    path("<int:comment_id>/report/", complaints.complain, name="complain"),
    re_path(
        r"^article/(?P<article_id>[0-9]{1,18})/(?P<feed_format>atom|rss)\.xml$",
        feeds.CommentFeed.as_view(),
        name="feed",
    ),
]
