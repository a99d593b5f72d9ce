from django.urls import path, re_path

from . import complaint_views, feeds, receipt_views, thread_views, views

app_name = "comments"

urlpatterns = [
    path("privacy/", views.privacy_page, name="privacy"),
    # Private pages: nobody but who sent something has these addresses.
    path("receipt/<uuid:receipt>/", receipt_views.receipt, name="receipt"),
    path("receipt/<uuid:receipt>/revise/", receipt_views.revise, name="revise"),
    path("receipt/<uuid:receipt>/withdraw/", receipt_views.withdraw, name="withdraw"),
    path("receipt/<uuid:receipt>/erase/", receipt_views.erase, name="erase"),
    path("receipt/<uuid:receipt>/export/", receipt_views.export, name="export"),
    path("receipt/report/<uuid:receipt>/", complaint_views.receipt, name="complaint"),
    path("article/<int:article_id>/", views.post, name="post"),
    path("article/<int:article_id>/thread/", thread_views.thread, name="thread"),
    path("<int:comment_id>/", thread_views.comment, name="comment"),
    path("<int:comment_id>/reply/", views.reply, name="reply"),
    path("<int:comment_id>/report/", complaint_views.complain, name="complain"),
    re_path(
        r"^article/(?P<article_id>[0-9]{1,18})/(?P<form>atom|rss)\.xml$",
        feeds.CommentFeed.as_view(),
        name="feed",
    ),
]
