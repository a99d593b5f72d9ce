"""Calls in several threads at the same time, each with its own database connection."""

import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier

from django.db import connection, transaction

#: Seconds within which a call is done that waits for nobody, and within which each is.
SHORTLY, AT_MOST = 0.5, 20


def in_threads(number, call, *, prepare=lambda: None):
    """Return the results of `call(0)`, `call(1)` and so on, made in `number` threads at once.

    Each thread calls `prepare` before it waits for the others.
    """
    together = Barrier(number)

    def run(index):
        try:
            prepare()
            together.wait(timeout=30)
            return call(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def at_once(*calls):
    """Run all `calls` at the same time; return the result of each, or the error it raised."""

    def connect():
        # Looked up in the thread: `connection` is another one in each.
        connection.ensure_connection()

    def run(index):
        try:
            return calls[index]()
        except Exception as error:
            return error

    return in_threads(len(calls), run, prepare=connect)


def meanwhile(first, call, then=lambda: None):
    """Do `first` and `then` in one transaction, and `call` in a thread that begins between them.

    Return the result of `call`, which may wait for the end of the transaction.
    """

    def act():
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(act)
            wait([waiting], SHORTLY)
            then()
        return waiting.result(AT_MOST)


@contextmanager
def many_switches():
    """Let Python change from one thread to another as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
