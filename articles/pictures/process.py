"""One process at a time that decodes pictures (`decoding`), with limits, and killed where it hangs.

The memory that a picture takes goes back to the system with the process, and a picture that crashes
its decoder crashes no server. A request waits for the result. While one picture is being decoded,
one more caller may wait; others are refused at once, so that threads stay free for readers.
"""

import json
import logging
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore

logger = logging.getLogger(__name__)

_PROGRAM = Path(__file__).with_name("decoding.py")
#: The memory of the process, in bytes. A WebP of `files.MAX_PIXELS` needs some 1,000 MB, a
#: progressive JPEG of `files.MAX_JPEG_PIXELS` 800 MB, most photographs less than 150 MB.
MEMORY = 1280 * 1024**2
#: The CPU time of the process and the time that a caller waits for it, in seconds, by its work. The
#: slowest upload that we know, a PNG of `files.MAX_PIXELS`, takes about five; the largest set of
#: renditions, for which no person waits, takes twelve. A worker's lease on a picture is longer.
SECONDS = {"reencode": (20, 40), "describe": (5, 10), "render": (120, 240)}
#: The most that the process may write, in bytes.
OUTPUT = 100 * 1024**2
#: The time, in seconds, for which one caller waits while another's picture is decoded. With the
#: time of its own picture it is less than a minute, for which proxies wait for an answer.
WAIT = 15

_working, _callers = BoundedSemaphore(1), BoundedSemaphore(2)


class CannotDecode(RuntimeError):
    """No result; `code` is a key of `files.REFUSALS`."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class Decoded:
    """The files that the process made, and its facts about them, such as width and height."""

    files: list[bytes]
    facts: dict = field(default_factory=dict)


def decode(file, *, work, **order) -> Decoded:
    """Run `work`, a function of `decoding`, on the picture `file`, with the arguments `order`.

    Raises CannotDecode: `not_an_image`, `too_many_pixels`, `too_heavy` (too much memory or time) or
    `busy`.
    """
    with _turn(), TemporaryFile() as source, TemporaryFile() as made, TemporaryFile() as errors:
        file.seek(0)
        shutil.copyfileobj(file, source)
        source.seek(0)
        ended = _run(work, order, stdin=source, stdout=made, stderr=errors)
        errors.seek(0)
        said = errors.read(2000).decode(errors="replace").strip()
        if ended != 0:
            logger.warning("A picture was given up (%s): %s", ended, said)
            raise CannotDecode("too_heavy")
        made.seek(0)
        facts = json.loads(made.readline())
        if error := facts.get("error"):
            logger.info("A picture was refused (%s): %s", error, said)
            raise CannotDecode(error)
        return Decoded([made.read(size) for size in facts.pop("sizes")], facts)


def _run(work, order, **files):
    """Run the program; return its status, or “time” if it was killed because it took too long."""
    seconds, most_seconds = SECONDS[work]
    limits = {"memory": MEMORY, "seconds": seconds, "output": OUTPUT}
    order = json.dumps({"work": work, "limits": limits, **order})
    try:
        return subprocess.run(  # noqa: S603 (no argument comes from a user)
            [sys.executable, "-I", str(_PROGRAM), order],
            **files,
            timeout=most_seconds,
            # Nothing of the site's environment, which has its secrets.
            env={"MALLOC_ARENA_MAX": "1"},
            # So that a Ctrl-C for the server or worker does not end the process as well.
            start_new_session=True,
        ).returncode
    except subprocess.TimeoutExpired:
        return "time"


@contextmanager
def _turn():
    """Wait for the one process that may run, unless another caller waits already."""
    if not _callers.acquire(blocking=False):
        raise CannotDecode("busy")
    try:
        if not _working.acquire(timeout=WAIT):
            raise CannotDecode("busy")
        try:
            yield
        finally:
            _working.release()
    finally:
        _callers.release()
