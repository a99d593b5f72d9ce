"""System checks that find mistakes in a site's settings for comments."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def akismet_has_a_key(app_configs, **kwargs):
    if settings.AKISMET_API_KEY:
        return []
    return [
        Warning(
            "AKISMET_API_KEY is not set: comments reach the moderators as “not screened”.",
            hint="Get a key at akismet.com and set AKISMET_API_KEY; waiting comments follow.",
            id="comments.W001",
        )
    ]


@register(Tags.security, deploy=True)
def proxies_are_counted(app_configs, **kwargs):
    if settings.TRUSTED_PROXY_COUNT:
        return []
    return [
        Warning(
            "TRUSTED_PROXY_COUNT is 0: behind a proxy, all readers would share its address.",
            hint="Set it to the number of proxies in front of this site, usually 1.",
            id="comments.W002",
        )
    ]


@register
def flood_action_is_known(app_configs, **kwargs):
    if settings.COMMENTS_FLOOD_ACTION in ("hold", "refuse"):
        return []
    return [
        Warning(
            "COMMENTS_FLOOD_ACTION is neither “hold” nor “refuse”, so it is taken for “hold”.",
            id="comments.W004",
        )
    ]


@register
def retention_is_in_order(app_configs, **kwargs):
    if settings.COMMENTS_TRACE_DAYS <= settings.COMMENTS_TRACE_DAYS_AT_MOST:
        return []
    return [
        Warning(
            "COMMENTS_TRACE_DAYS is longer than COMMENTS_TRACE_DAYS_AT_MOST, which wins.",
            id="comments.W003",
        )
    ]
