"""Something dear that the processes of a test run make once for all of them."""

import fcntl
import os
from contextlib import ExitStack, contextmanager


def is_shared() -> bool:
    """Return whether several processes run these tests."""
    return "PYTEST_XDIST_WORKER" in os.environ


@contextmanager
def made_once(tmp_path_factory, name, make):
    """Yield a folder for all processes, and the string that `make` yields for it in one of them.

    `make` is a context manager that gets the folder. Its process ends it after the others' use.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if is_shared() else base) / name
    folder.mkdir(exist_ok=True)
    made = folder / "made.txt"
    with (
        (folder / "users").open("w") as users,
        (folder / "maker").open("w") as maker,
        ExitStack() as stack,
    ):
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(maker, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(stack.enter_context(make(folder)))
            stack.callback(made.unlink)
            # The maker's first step at the end is to wait for the other users.
            stack.callback(fcntl.flock, users, fcntl.LOCK_EX)
        fcntl.flock(maker, fcntl.LOCK_UN)
        yield folder, made.read_text()
