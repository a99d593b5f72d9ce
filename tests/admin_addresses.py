"""The addresses of the admin, found in the URL patterns, and a stored row for each model."""

import re

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver

from articles.models import ArticleMailPreference, FrontSlot, HouseRule, RuleLevel, Takedown
from comments.models import (
    CommentPolicy,
    CommentRule,
    Complaint,
    NotificationPreference,
    PublicName,
    SenderBlock,
)

from . import factories


def addresses():
    """Yield the route and the name of each URL pattern of the admin."""

    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route, pattern.name
            else:
                yield from walk(pattern.url_patterns, route)

    return [(route, name) for route, name in walk(get_resolver().url_patterns) if _is_admin(route)]


def _is_admin(route):
    # The last pattern answers all addresses that the others do not know. It has no name.
    return route.startswith("admin/") and route != "admin/(?P<url>.*)$"


def make_rows(moderator, users):
    """Store a row for each model of the admin; return them by the model's part of the address.

    Each of `users` gets a preference and a public name; the comment is approved by `moderator`.
    """
    article = factories.published(
        authors=[factories.author()], topics=[factories.topic()], lead_image=factories.image()
    )
    FrontSlot.objects.create(article=article)
    factories.series()
    # Without the rules of a new site, which are words of one language on pages of both.
    HouseRule.objects.all().delete()
    HouseRule.objects.create(written="e-mail", preferred="courriel")
    RuleLevel.objects.create(code="house", level="blocks")
    factories.page()
    factories.attachment()
    comment = factories.comment(article)
    comment.approve(by=moderator)
    Complaint.objects.file(comment, grounds=Complaint.Grounds.OTHER, words="", address="192.0.2.7")
    CommentPolicy.objects.get_or_create(pk=1)
    CommentRule.objects.create(name="Casinos", patterns="casino")
    SenderBlock.objects.place(comment, "192.0.2.0/24", "hold", days=7, by=moderator)
    Takedown.objects.create(kind=Takedown.Kind.PASSAGE, article=article, by=moderator, note="§ 1")
    for user in users:
        NotificationPreference.objects.get_or_create(user=user)
        ArticleMailPreference.objects.get_or_create(user=user)
        PublicName.objects.get_or_create(user=user, name=f"Person {user.pk}")
    admin.autodiscover()
    models = admin.site._registry
    return {
        f"{model._meta.app_label}/{model._meta.model_name}": model._base_manager.first()
        for model in models
    }


def fill(route, rows):
    """Return the address of `route`, with the keys of stored rows in place of its arguments."""
    article = rows["articles/article"]
    if "content_type_id" in route:
        content_type = ContentType.objects.get_for_model(article).pk
        return f"/admin/r/{content_type}/{article.pk}/"
    if "app_label" in route:
        return "/admin/articles/"
    if model := re.match(r"admin/(\w+/\w+)/<", route):
        return "/" + re.sub(r"<[^>]+>", str(rows[model[1]].pk), route)
    route = route.replace("help/<str:name>", "help/writing")
    # An instant at which the front page and nothing else can be asked for.
    route = route.replace("<str:instant>", "2026-11-27T05:00Z").replace("<path:path>", "archive/")
    return "/" + re.sub(r"<[^>]+>", "x", route)
