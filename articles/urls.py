from django.urls import path, re_path

from . import views

app_name = "articles"

urlpatterns = [
    path("", views.front, name="front"),
    re_path(r"^(?P<path>\d{4}/\d{2}/\d{2}/[-\w]+)/$", views.article, name="article"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("author/<slug:slug>/", views.author, name="author"),
    # Last: a page may have any address that nothing else has.
    path("<slug:slug>/", views.page, name="page"),
]
