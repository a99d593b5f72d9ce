"""The command behind `make run`: a whole site on one machine."""

import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from articles.models import Article

from . import demo


class Command(BaseCommand):
    help = "Run a whole site on this machine: migrate, load the demo once, serve, and work."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", 8000)))

    def handle(self, *, port, **options):
        if not settings.LOCAL:
            raise CommandError(
                "This serves one machine only. In production start the server and the worker as "
                "two services (see deploy/), or set LOCAL=true here."
            )
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Article.objects.exists():
            call_command("demo", stdout=self.stdout)
        if demo.LOGINS.exists():
            # The name of the demo's newspaper, unless the site has a name of its own.
            os.environ.setdefault("SITE_NAME", demo.texts(settings.LANGUAGE_CODE)["site"]["name"])
            self.stdout.write(f"\nLogins of the demo:\n{demo.LOGINS.read_text()}")
        self.stdout.write(
            f"\nReaders:  {settings.SITE_URL}/\n"
            f"Editors:  {settings.SITE_URL}{reverse('admin:index')}\n"
            "Stop both the server and the worker with Ctrl-C.\n"
        )
        self.stdout.flush()
        self.serve(port)

    def serve(self, port):
        """Run the server and the worker until a signal stops both.

        Raises CommandError if one of them ends by itself; the other is then stopped too.
        """
        commands = [
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-access-log"),
                *("--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"),
                *("--log-level", "warning", "newsroom.wsgi:application"),
            ],
            [sys.executable, "manage.py", "worker"],
        ]
        stopping = []
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *args: stopping.append(args[0]))
        # Each child has a session of its own. So Ctrl-C reaches only this process, which then stops
        # the children, once and in order.
        children = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603
            for command in commands
        ]
        try:
            while not stopping and all(child.poll() is None for child in children):
                time.sleep(0.2)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                try:
                    child.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    child.kill()
        if not stopping:
            raise CommandError("The server or the worker ended by itself; see its words above.")
