"""The command behind `make run`: a whole site on one machine."""

import errno
import os
import signal
import socket
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from articles.models import Article
from newsroom import child_process

from . import demo

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run a whole site on this machine: migrate, load the demo once, serve, and work."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, port, **options):
        if not settings.LOCAL:
            raise CommandError(
                "This serves one machine only. In production start the server and the worker as "
                "two services (see deploy/), or set LOCAL=true here."
            )
        self.parent = os.getppid()
        self.has_terminal = sys.stdin is not None and sys.stdin.isatty()
        # `nohup` ignores SIGHUP and the `&` of a script ignores SIGINT: the site is then meant to
        # outlive the terminal or the script.
        self.in_background = signal.SIG_IGN in map(signal.getsignal, (signal.SIGHUP, signal.SIGINT))
        check_port(port)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Article.objects.exists():
            call_command("demo", stdout=self.stdout)
        if demo.LOGINS.exists():
            # The name of the demo's newspaper, unless the site has a name of its own.
            os.environ.setdefault("SITE_NAME", demo.texts(settings.LANGUAGE_CODE)["site"]["name"])
            self.stdout.write(f"\nLogins of the demo:\n{demo.LOGINS.read_text()}")
        # The server and the worker make the site's address of it, unless SITE_URL is set.
        os.environ["PORT"] = str(port)
        site = settings.SITE_URL.replace(f"//{HOST}:{settings.PORT}", f"//{HOST}:{port}")
        self.stdout.write(
            f"\nReaders:  {site}/\n"
            f"Editors:  {site}{reverse('admin:index')}\n"
            "Stop both the server and the worker with Ctrl-C.\n"
        )
        self.stdout.flush()
        self.serve(port)

    def serve(self, port):
        """Run the server and the worker until a signal, or the end of the parent, stops both.

        Raises CommandError if one of them ends by itself; the other is then stopped too.
        """
        stopping = []
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signum != signal.SIGHUP or not self.in_background:
                signal.signal(signum, lambda *args: stopping.append(args[0]))
        family = child_process.Family()
        try:
            family.start(
                *("granian", "--interface", "wsgi", "--no-access-log"),
                *("--host", HOST, "--port", str(port), "--blocking-threads", "4"),
                *("--respawn-failed-workers", "--log-level", "warning"),
                "newsroom.wsgi:application",
                cwd=settings.BASE_DIR,
            )
            family.start("manage", "worker", cwd=settings.BASE_DIR)
            while not stopping and self.is_wanted() and family.all_run():
                time.sleep(0.2)
        finally:
            running = family.all_run()
            family.stop()
        if not (stopping or running):
            raise CommandError("The server or the worker ended by itself; see its words above.")

    def is_wanted(self):
        """Return whether the process that started this one, and its terminal, are still there.

        The system tells only the first process of a terminal that it was closed (SIGHUP). A shell
        hands that on; `make` does not.
        """
        if self.in_background:
            return True
        return os.getppid() == self.parent and (not self.has_terminal or sys.stdin.isatty())


def check_port(port):
    """Raise CommandError if the server could not listen on `port`.

    granian would share the port with another granian, and each would get a part of the requests.
    """
    with socket.socket() as probe:
        # The port of a server that has just ended is free, though some connections linger.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            if isinstance(error, OverflowError):
                reason = "is not from 0 to 65535"
            elif error.errno == errno.EADDRINUSE:
                reason = "is taken by another program"
            else:
                reason = f"cannot be used ({error.strerror})"
            raise CommandError(
                f"Port {port} {reason}. Choose another one: "
                f"PORT={8001 if port != 8001 else 8002} make run"
            ) from error
