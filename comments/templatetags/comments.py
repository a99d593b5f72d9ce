"""Template tags for the threads of an article, the comment form and the private pages."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..threads.discussion import Discussion
from ..writing import provenance

register = template.Library()

register.simple_tag(provenance.private_path_prefix, name="private_path_prefix")


@register.filter
def duration(moment) -> str:
    """Return in words how long ago `moment` was. Django’s `timesince` says “0 minutes” at first."""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("less than a minute")
    return timesince(moment)


@register.simple_tag
def fields_of(form, template) -> SafeString:
    """Return the HTML of `template`, which shows fields of `form`.

    That of an empty form is made once for each language: every article has one.
    """
    if form.is_bound or form.initial:
        return render_to_string(template, {"form": form})
    return _empty_fields(type(form), template, get_language())


@lru_cache
def _empty_fields(form_class, template, language):
    return render_to_string(template, {"form": form_class()})


@register.simple_tag(takes_context=True)
def discussion(context, article) -> Discussion:
    """Return the view's discussion; without one, the discussion of `article` on its first page.

    All blocks of a page get the same.
    """
    of_page = context.render_context
    if "discussion" not in of_page:
        of_page["discussion"] = context.get("discussion") or Discussion(article)
    return of_page["discussion"]
