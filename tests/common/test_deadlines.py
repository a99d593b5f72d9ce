"""One deadline for a whole call, whatever its server and the addresses of its name do."""

import socket

import httpcore
import pytest

from common import deadlines
from common.deadlines import DeadlineBackend

pytestmark = pytest.mark.any_database

ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]


@pytest.fixture
def tried(monkeypatch):
    """The seconds that each address was given; none answers but the last, and none is quick."""
    tried, now = {}, [100.0]

    def connect(self, host, port, timeout, *args):
        tried[host] = timeout
        if host == ADDRESSES[-1]:
            return httpcore.MockStream([])
        now[0] += timeout
        raise httpcore.ConnectTimeout

    rows = [(2, 1, 6, "", (address, 443)) for address in ADDRESSES]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: rows)
    monkeypatch.setattr(deadlines.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return tried


def test_the_addresses_of_a_name_share_one_deadline(tried):
    assert DeadlineBackend(8).connect_tcp("many.example", 443)
    assert tried == dict.fromkeys(ADDRESSES, 2)


def test_a_name_that_nobody_knows_is_an_error_of_the_network(monkeypatch):
    def getaddrinfo(*args, **options):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(httpcore.NetworkError):
        DeadlineBackend(8).connect_tcp("none.example", 443)
