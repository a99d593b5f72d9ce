"""A child process that ends with its parent, however the parent ends.

The parent holds the writing end of a pipe, into which nothing is ever written; each child holds the
reading end. When the parent ends, even by SIGKILL, the system closes its end, the child reads the
end of the file, and stops. This works on Linux and macOS alike, and with programs that are not
ours: this module starts the pipe's reader, and then runs the program in the same process.

    python -m newsroom.child_process DESCRIPTOR MODULE [ARGUMENT…]
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

#: Seconds that a child has to finish its work, such as a call to Akismet, before it is killed.
PATIENCE = 20


class Family:
    """The children of one process, each with a session of its own.

    So Ctrl-C in the terminal reaches only the parent, which then stops the children in order.
    """

    def __init__(self):
        self._reading, self._writing = os.pipe()
        self.children = []

    def start(self, *command: str, cwd):
        """Run `python -m` with `command` as a child."""
        arguments = [sys.executable, "-m", __name__, str(self._reading), *command]
        self.children.append(
            subprocess.Popen(  # noqa: S603
                arguments, cwd=cwd, pass_fds=[self._reading], start_new_session=True
            )
        )

    def all_run(self) -> bool:
        return all(child.poll() is None for child in self.children)

    def stop(self):
        """End all children, and the processes that they have started."""
        for child in self.children:
            child.terminate()
        end = time.monotonic() + PATIENCE
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0, end - time.monotonic()))
            kill_session(child.pid)
            child.wait()


def kill_session(pid: int):
    """Kill the processes left of the group that began with process `pid`.

    A server that was killed leaves its own worker processes behind, and they hold the port.
    """
    # None is left; or only dead ones are, for which macOS answers EPERM.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_with_parent(descriptor: int):
    """Wait for the end of the parent; then stop this process and those that it has started."""
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    kill_session(os.getpgrp())


def main():
    _this, descriptor, module, *arguments = sys.argv
    threading.Thread(target=end_with_parent, args=[int(descriptor)], daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
