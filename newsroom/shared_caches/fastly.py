"""Fastly: https://www.fastly.com/documentation/reference/api/purging/."""

from itertools import batched

from .cache import NotPurged, SharedCache, ask, client, json_of, keys_of

#: The most keys in one call, by the documentation of “Purge multiple surrogate key tags”.
AT_ONCE = 256


class Fastly(SharedCache):
    """A service at Fastly. Its API is at `url`; the token needs the scope `purge_select` only."""

    label = "Fastly"

    def __init__(self, service, token, url):
        self.url = f"{url.rstrip('/')}/service/{service}/purge"
        self.token = token

    def forget(self, changes):
        with client() as http:
            for keys in batched(keys_of(changes), AT_ONCE):
                answer = ask(
                    *(http, "POST", self.url),
                    headers={"Fastly-Key": self.token, "Accept": "application/json"},
                    json={"surrogate_keys": keys},
                    explanation=_explanation,
                    secret=self.token,
                )
                # The number of the purge, for each key.
                if not json_of(answer).keys() >= set(keys):
                    raise NotPurged("The answer does not name each key that was to be purged.")


def _explanation(answer):
    return ": ".join(str(answer[name]) for name in ("msg", "detail") if answer.get(name))
