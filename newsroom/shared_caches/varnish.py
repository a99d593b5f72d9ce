"""Varnish, with the module xkey and `deploy/varnish.vcl`."""

from itertools import batched

from .cache import NotPurged, SharedCache, ask, client, keys_of

#: Keys in one header: each has at most 28 bytes, and Varnish takes 8 KB (`http_req_hdr_len`).
AT_ONCE = 200
#: The header of an answer that says how many pages were found; no other VCL has it.
CONFIRMATION = "xkey-purged"


class Varnish(SharedCache):
    """The Varnish at `url`. It forgets at once, whether a page is fresh or not (a hard purge)."""

    def __init__(self, url):
        self.label, self.url = f"Varnish {url}", url

    def forget(self, changes):
        with client() as http:
            for keys in batched(keys_of(changes), AT_ONCE):
                answer = ask(http, "PURGE", self.url, headers={"xkey": " ".join(keys)})
                # Another VCL may answer 200 to PURGE too, and have purged the front page only.
                if CONFIRMATION not in answer.headers:
                    raise NotPurged("It answers, but not as deploy/varnish.vcl does.")
