from django.urls import path, re_path

from . import views

app_name = "articles"

urlpatterns = [
    path("", views.front, name="front"),
    re_path(r"^(?P<path>\d{4}/\d{2}/\d{2}/[-\w]+)/$", views.article, name="article"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("author/<slug:slug>/", views.author, name="author"),
    path("search/", views.search, name="search"),
    path("archive/", views.archive_index, name="archive"),
    re_path(r"^(?P<year>\d{4})/$", views.period, name="year"),
    re_path(r"^(?P<year>\d{4})/(?P<month>\d{2})/$", views.period, name="month"),
    re_path(r"^(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/$", views.period, name="day"),
    # Last: a page may have any address that nothing else has.
    path("<slug:slug>/", views.page, name="page"),
]
