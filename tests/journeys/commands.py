"""manage.py, loaded once: each command runs in a fork, so it is as fresh as a process of its own.

Reads a command's arguments as a line of JSON, and answers with a line about how it ended.
"""

import json
import os
import sys
from tempfile import TemporaryFile

import django
from django.core.management import execute_from_command_line


def run(arguments) -> dict:
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        child = os.fork()
        if not child:
            os.dup2(stdout.fileno(), sys.stdout.fileno())
            os.dup2(stderr.fileno(), sys.stderr.fileno())
            execute_from_command_line(["manage.py", *arguments])
            sys.exit()
        _pid, status = os.waitpid(child, 0)
        stdout.seek(0)
        stderr.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "stdout": stdout.read().decode(),
            "stderr": stderr.read().decode(),
        }


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()
