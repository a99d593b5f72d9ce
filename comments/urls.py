from django.urls import path

from . import views

app_name = "comments"

urlpatterns = [
    path("privacy/", views.privacy_page, name="privacy"),
    path("receipt/<uuid:receipt>/", views.receipt, name="receipt"),
    path("<int:article_id>/", views.post, name="post"),
]
