"""Whatever breaks, each comment that its reader was told is stored is there, once, and is screened.

Readers post all the while. The worker and the server are killed with SIGKILL, Akismet fails in each
of its ways, another process locks the database, the clock jumps for hours. Then all is well again,
and everything is counted.
"""

import json
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from ..akismet_server import ANSWERS
from .site import database_locked, forms_of, running_site, wait_until

CONNECTIONS = 4
#: A refused key is the last of all: it pauses everything.
FAILING = sorted(
    (mode for mode in ANSWERS if mode not in ("ham", "spam", "discard", "recheck_after", "alert")),
    key="invalid_key".__eq__,
)
#: Before which of them the clock jumps, to how many hours off the right time: to and fro.
JUMPS = {1: 5, 4: -9, 7: 30, 10: -3}
#: During which of them the worker is killed.
KILLS = {2, 5, 9}
#: Shifts the time that Django tells in every process of the site, by what a file says.
CLOCK = """
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

timezone.now = lambda: datetime.now(UTC) + timedelta(hours=float(Path({path!r}).read_text()))
"""

REPORT = """
import json
from django.db.models import Count
print(json.dumps({
    "receipts": [str(c.receipt) for c in Comment.objects.all()],
    "texts": list(Comment.objects.values_list("text", flat=True)),
    "states": [list(row) for row in Comment.objects.values_list("moderation", "screening")
        .annotate(n=Count("pk")).order_by("moderation", "screening")],
    "due": Comment.objects.due().count(),
    "leased": Comment.objects.exclude(leased_until=None).count(),
    "traces": Trace.objects.count(),
    "submissions": [CommentEvent.objects.filter(kind="submitted").count(),
        CommentEvent.objects.filter(kind="submitted").values("comment").distinct().count()],
    "screened": CommentEvent.objects.filter(kind="screened").values("comment").distinct().count(),
    "days": Comment.objects.dates("submitted_at", "day").count(),
}))
"""


class Clock:
    def __init__(self, folder):
        self.file = folder / "clock.txt"
        self.jump_to(0)
        (folder / "sitecustomize.py").write_text(CLOCK.format(path=str(self.file)))

    def jump_to(self, hours):
        new = self.file.with_suffix(".new")
        new.write_text(str(hours))
        # Readers see the old time or the new one, and never half a file.
        new.replace(self.file)


class Readers:
    """Some readers who go on posting, each comment until they are told that it is stored."""

    def __init__(self, site, form):
        self.site, self.form = site, form
        self.answers, self.stored, self.broken = Counter(), {}, 0
        self.numbers, self.enough = count(1), threading.Event()

    def post_on(self, _connection):
        while not self.enough.is_set():
            # One connection for each try: the one before may be broken.
            self._post(f"Comment {next(self.numbers)}")
            time.sleep(0.1)

    def _post(self, text):
        """Send the form until it is answered; a reader whose connection broke sends it again."""
        data = {**self.form["values"], "name": "Paul", "comment": text}
        url = self.site.url + self.form["action"].partition("#")[0]
        for _try in range(600):
            try:
                answer = httpx.post(url, data=data, headers={"Origin": self.site.url}, timeout=300)
            except httpx.TransportError:
                self.broken += 1
                time.sleep(0.1)
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code == 303:
                self.stored[text] = answer.headers["Location"].strip("/").rpartition("/")[2]
            return
        pytest.fail("The server did not come back.")


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def shaken_site(template, akismet, clock, tmp_path_factory):
    path = os.pathsep.join(filter(None, [str(clock.file.parent), os.environ.get("PYTHONPATH")]))
    # Slow machines make the readers post for long, all of them from one network.
    limits = dict.fromkeys(["COMMENTS_RATE_LIMIT", "COMMENTS_NETWORK_LIMIT"], "100000")
    env = {"PYTHONPATH": path, "AKISMET_TIMEOUT": "0.4", **limits}
    folder = tmp_path_factory.mktemp("shaken")
    with running_site(folder, template, akismet, **env) as site:
        site.python(
            "s = Section.objects.create(name='City', slug='city');"
            "a = Article.objects.create(headline='Storm', body='<p>It blew.</p>', section=s);"
            "a.press(by=None, at=timezone.now() - timezone.timedelta(days=30))"
        )
        yield site


def shake(site, akismet, clock, readers):
    """Break everything that can break, one thing after another, and some at once."""
    for number, mode in enumerate(FAILING):
        if number in JUMPS:
            clock.jump_to(JUMPS[number])
        before = len(akismet.requests)
        akismet.set_mode(mode, seconds=2)
        if mode == "invalid_key":
            wait_until(lambda: site.python("print(AkismetStatus.current())") == "paused")
        else:
            # One that the mode before answers may still be under way.
            akismet.wait_for(before + 2, seconds=120)
        if number in KILLS:
            site.kill_worker()
            site.start_worker()
        if number == 3:
            site.kill_server()
            site.start_server()
        if number == 6:
            with database_locked(site):
                stored = len(readers.stored)
                time.sleep(1.5)
                # What was on its way when the lock was taken may have got through.
                assert len(readers.stored) <= stored + CONNECTIONS
    # Once more, all at once.
    with database_locked(site):
        site.kill_worker()
        site.kill_server()
    site.start_server()
    site.start_worker()


def test_each_comment_that_was_taken_is_there_once_and_screened(shaken_site, akismet, clock):
    site = shaken_site
    page = httpx.get(site.url + site.python("print(Article.objects.get().path)"))
    readers = Readers(site, forms_of(page.text)["comment-form"])
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        posting = [pool.submit(readers.post_on, number) for number in range(CONNECTIONS)]
        try:
            shake(site, akismet, clock, readers)
            wait_until(lambda: len(readers.stored) > 50)
            # A day later, when every wait is over, Akismet is well and so is the clock.
            akismet.set_mode("ham")
            clock.jump_to(60)
            # All that was on its way when the clock jumped may have its time from before.
            stored = len(readers.stored)
            wait_until(lambda: len(readers.stored) > stored + CONNECTIONS)
        finally:
            readers.enough.set()
        for readers_own in posting:
            readers_own.result()

    assert set(readers.answers) == {303}, readers.answers
    assert readers.broken
    report = {}

    def all_screened():
        report.update(json.loads(site.python(REPORT)))
        screenings = {screening for _moderation, screening, _number in report["states"]}
        return screenings == {"ham"} and not report["due"] and not report["leased"]

    # As many seconds as a loaded machine may need for all of them, one after another. A try that
    # failed as the clock jumped is neither due nor leased, and made again a minute later.
    wait_until(all_screened, seconds=600)
    number = len(readers.stored)
    assert number > 50
    assert sorted(report["receipts"]) == sorted(readers.stored.values())
    assert sorted(report["texts"]) == sorted(readers.stored)
    assert report["states"] == [["pending", "ham", number]]
    assert report["traces"] == report["screened"] == number
    assert report["submissions"] == [number, number]
    # The clock did jump.
    assert report["days"] > 2
    assert "Traceback" not in site.log
