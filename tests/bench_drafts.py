"""Time readers' comments while editors type, on a whole site: the last part of `make bench`.

Twenty editors each send a long text every ten seconds. They and the readers share the one lock for
writing that SQLite has, so this shows what it costs to keep unsaved text. It asserts nothing; the
aim is that the slowest comments in a hundred take at most twice as long as without editors.
"""

import json
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

import tests.environment  # noqa: F401
from tests.akismet_server import AkismetServer
from tests.journeys.site import Person, forms_of, running_site, template_of_sites

EDITORS = 20
SEND_EVERY = 10  # seconds, as in static/js/writing/drafts.js
COMMENTS_EACH_SECOND = 5
SECONDS = 60
#: As long as the longest articles: some 100 KB.
BODY = f"<p>{'Le fleuve était haut et le pont fermé, mais on passait. ' * 20}</p>" * 90
LIMITS = ("COMMENTS_RATE_LIMIT", "COMMENTS_NETWORK_LIMIT", "COMMENTS_FLOOD_LIMIT")
MAKE = f"""
import json
from django.contrib.auth.models import User
from django.test import Client
from tests import factories
sessions = []
for number in range({EDITORS}):
    client = Client()
    client.force_login(User.objects.create_superuser(f"editor{{number}}"))
    article = factories.published(f"Article {{number}}")
    sessions.append([article.pk, client.cookies["sessionid"].value])
print(json.dumps([article.path, sessions]))
"""


def open_form(site, article, session):
    """Open the form of an article; return the editor, the draft's address and the values."""
    editor = Person(site)
    editor.client.timeout = 60
    editor.client.cookies.set("sessionid", session)
    page = editor.get(f"/admin/articles/article/{article}/change/")
    values = forms_of(page.text)["article_form"]["values"]
    return editor, f"/admin/articles/article/{article}/draft/", values


def keep_typing(site, editor, address, values, stopped, taken):
    """Send a text every ten seconds, as the form of an editor does."""
    headers = {"X-CSRFToken": values["csrfmiddlewaretoken"], "Content-Type": "application/json"}
    stopped.wait(random.uniform(0, SEND_EVERY))
    sent = 0
    while not stopped.is_set():
        sent += 1
        typed = {name: [value] for name, value in values.items()} | {"body": [f"{BODY}{sent}"]}
        body = json.dumps({"values": typed, "sitting": "bench", "place": "body"})
        begun = time.perf_counter()
        answer = editor.client.post(
            address,
            content=body,
            headers={**headers, "Origin": site.url},
        )
        taken.append((answer.status_code, time.perf_counter() - begun))
        stopped.wait(SEND_EVERY)


def comment(site, form):
    """Send comments at a steady rate for a while; return what each took."""
    taken, end = [], time.perf_counter() + SECONDS
    with httpx.Client(base_url=site.url, timeout=60, headers={"Origin": site.url}) as client:
        while (begun := time.perf_counter()) < end:
            words = {"name": "Anne", "comment": f"What about the trams? {random.random()}"}
            address = form["action"].partition("#")[0]
            answer = client.post(address, data={**form["values"], **words})
            taken.append((answer.status_code, time.perf_counter() - begun))
            time.sleep(max(0, 1 / COMMENTS_EACH_SECOND - taken[-1][1]))
    return taken


def report(name, taken):
    seconds = sorted(each for _status, each in taken)
    median, slow = (1000 * seconds[len(seconds) * part // 100] for part in (50, 99))
    statuses = dict(Counter(status for status, _each in taken))
    print(f"{name:<32} {statuses}  median {median:6.1f} ms  99 of 100 in {slow:6.1f} ms")


def main():
    with tempfile.TemporaryDirectory() as folder, AkismetServer(key="0123456789ab") as akismet:
        folders = [Path(folder, name) for name in ("template", "site")]
        for each in folders:
            each.mkdir()
        limits = dict.fromkeys(LIMITS, "10000")
        with (
            template_of_sites(folders[0]) as database,
            running_site(folders[1], (folders[0], database), akismet, **limits) as site,
        ):
            path, sessions = json.loads(site.python(MAKE).splitlines()[-1])
            form = forms_of(httpx.get(site.url + path).text)["comment-form"]
            report("a comment", comment(site, form))
            forms = [open_form(site, *each) for each in sessions]
            stopped, typed = threading.Event(), []
            editors = [
                threading.Thread(target=keep_typing, args=(site, *each, stopped, typed))
                for each in forms
            ]
            for editor in editors:
                editor.start()
            time.sleep(SEND_EVERY)
            report(f"a comment, {EDITORS} editors typing", comment(site, form))
            stopped.set()
            for editor in editors:
                editor.join()
            report("a text that is kept", typed)


if __name__ == "__main__":
    main()
