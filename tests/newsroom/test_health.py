"""The addresses for monitoring tools: can readers read, can we store, does a worker work."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client

from articles.models import Edition
from comments.models import Counter, WorkerStatus
from newsroom import health
from newsroom.errors import kept_errors

ADDRESSES = ["/health/", "/health/write/", "/health/worker/"]


@pytest.fixture(autouse=True)
def fresh(monkeypatch, settings, tmp_path):
    """Forget the write of the test before, and keep errors in a folder of this test's own."""
    monkeypatch.setattr(health, "trial_write", health.TrialWrite())
    settings.VAR_DIR = tmp_path


@pytest.fixture
def clock(monkeypatch):
    """Return a clock for the trial write. A test moves it by writing `now`."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(health, "time", clock)
    return clock


def writes():
    counter = Counter.objects.filter(name="health").first()
    return counter.count if counter else 0


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


# --- Answers ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_site_that_works_says_so(client):
    WorkerStatus.record_sweep()
    answers = [client.get(address) for address in ADDRESSES]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        *(((200, "ok\n"),) * 2),
        (200, "running\n"),
    ]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Type"] == "text/plain"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("host", ["10.0.0.7", "evil.example", "[::1]:8000", "localhost", "a,b"])
def test_any_host_is_answered_without_a_redirect(client, settings, address, host):
    settings.ALLOWED_HOSTS = ["news.example"]
    settings.SECURE_SSL_REDIRECT = True
    WorkerStatus.record_sweep()
    assert Client().get(address, headers={"Host": host}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/health/x/", "/healthy/", "/health/../", "/health/write/x"])
def test_no_other_address_is_answered_under_any_host(client, settings, path):
    settings.ALLOWED_HOSTS = ["news.example"]
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_only_reading_methods_are_answered(client, address):
    WorkerStatus.record_sweep()
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "FOO"):
        assert client.generic(method, address).status_code == 405
    assert writes() <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "queries"), [("/health/", 2), ("/health/write/", 3), ("/health/worker/", 1)]
)
def test_an_answer_is_cheap(client, article, address, queries, django_assert_max_num_queries):
    with django_assert_max_num_queries(queries):
        client.get(address)


@pytest.mark.django_db
def test_the_body_of_no_article_is_read(client, article, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        client.get("/health/")
    assert "body" not in "".join(query["sql"] for query in queries)


# --- Writes -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_write_is_tried_once_in_ten_seconds_and_remembered(client, clock):
    for second in range(30):
        clock.now = 1000.0 + second
        assert client.get("/health/write/").status_code == 200
    assert writes() == 3


@pytest.mark.django_db
def test_reading_addresses_write_nothing(client):
    client.get("/health/")
    client.get("/health/worker/")
    assert writes() == 0


@pytest.mark.django_db(transaction=True)
def test_the_write_is_committed(client):
    client.get("/health/write/")
    with ThreadPoolExecutor(1) as thread:

        def seen():
            try:
                return writes()
            finally:
                connection.close()

        assert thread.submit(seen).result() == 1


@pytest.mark.django_db
def test_threads_at_once_try_one_write_and_do_not_wait_for_it(monkeypatch):
    started, go_on = Event(), Event()
    tried = []

    def slow(*args):
        tried.append(1)
        started.set()
        assert go_on.wait(20)

    monkeypatch.setattr(Counter.objects, "add", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(health.trial_write.error)
        assert started.wait(20)
        assert threads.submit(health.trial_write.error).result(20) is None
        go_on.set()
        assert first.result(20) is None
    assert len(tried) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "setting",
    [
        pytest.param("PRAGMA query_only = {}", marks=pytest.mark.needs_sqlite),
        pytest.param("SET default_transaction_read_only = {}", marks=pytest.mark.needs_postgresql),
    ],
    ids=["sqlite", "postgresql"],
)
def test_a_read_only_database_can_be_read_and_not_written(
    client, article, clock, setting, mailoutbox
):
    execute(setting.format("on"))
    try:
        answer = client.get("/health/write/")
        assert answer.status_code == 503
        assert answer.text.startswith("cannot write: ")
        assert client.get("/health/").status_code == 200
        # Remembered: the database is not asked again so soon.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Counter.objects, "add", None)
            assert client.get("/health/write/").status_code == 503
    finally:
        execute(setting.format("off"))
    clock.now += health.WRITE_EVERY
    assert client.get("/health/write/").status_code == 200
    assert not kept_errors.path().exists()
    assert mailoutbox == []


# --- Faults -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, ProgrammingError, RuntimeError, OSError])
@pytest.mark.parametrize(
    ("address", "broken"),
    [
        # A manager is asked for when the test runs: tests of migrations make new ones.
        ("/health/", (lambda: Edition.objects, "live")),
        ("/health/write/", (lambda: Counter.objects, "add")),
        ("/health/worker/", (lambda: WorkerStatus, "current")),
    ],
)
def test_no_failure_is_a_500_or_an_error_to_be_mailed(
    client, monkeypatch, mailoutbox, address, broken, error
):
    def fail(*args, **kwargs):
        raise error("password=secret")

    holder, name = broken
    monkeypatch.setattr(holder(), name, fail)
    answer = client.get(address)
    assert answer.status_code == 503
    assert answer.text.strip().endswith(error.__name__)
    assert "secret" not in answer.text
    assert not kept_errors.path().exists()
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_tables_that_are_missing_are_noticed(client, article):
    table = connection.ops.quote_name(Edition._meta.db_table)
    execute(f"ALTER TABLE {table} RENAME TO away")
    try:
        assert client.get("/health/").text.startswith("cannot read: ")
    finally:
        execute(f"ALTER TABLE away RENAME TO {table}")
    assert client.get("/health/").status_code == 200


@pytest.mark.django_db
def test_a_worker_that_fails_is_no_worker(client):
    assert client.get("/health/worker/").text == "never\n"
    WorkerStatus.record_failure()
    answer = client.get("/health/worker/")
    assert (answer.status_code, answer.text) == (503, "failing\n")
