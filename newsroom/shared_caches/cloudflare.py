"""Cloudflare: https://developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags/."""

from itertools import batched

from .cache import NotPurged, SharedCache, ask, client, json_of, keys_of, shown

#: The most tags in one call, in all plans (“Max operations per request” of “Purge cache”).
AT_ONCE = 100


class Cloudflare(SharedCache):
    """A zone at Cloudflare, whose API is at `url`.

    The token needs the permission “Cache Purge” for this zone only.
    """

    label = "Cloudflare"

    def __init__(self, zone, token, url):
        self.url = f"{url.rstrip('/')}/zones/{zone}/purge_cache"
        self.token = token

    def forget(self, changes):
        with client() as http:
            for keys in batched(keys_of(changes), AT_ONCE):
                response = ask(
                    *(http, "POST", self.url),
                    headers={"Authorization": f"Bearer {self.token}"},
                    json={"tags": keys},
                    explanation=_explanation,
                    secret=self.token,
                )
                answer = json_of(response)
                if answer.get("success") is not True:
                    words = _explanation(answer) or "The answer does not say that it succeeded."
                    raise NotPurged(shown(words, self.token))


def _explanation(answer):
    errors = answer.get("errors")
    return "; ".join(
        f"{error.get('message')} ({error.get('code')})"
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    )
