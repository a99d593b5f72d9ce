from django.urls import path, re_path

from . import feeds, views

app_name = "comments"

urlpatterns = [
    path("privacy/", views.privacy_page, name="privacy"),
    path("receipt/<uuid:receipt>/", views.receipt, name="receipt"),
    path("<int:article_id>/", views.post, name="post"),
    re_path(
        r"^(?P<article_id>[0-9]{1,18})/(?P<form>atom|rss)\.xml$",
        feeds.CommentFeed.as_view(),
        name="feed",
    ),
]
