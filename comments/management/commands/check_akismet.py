"""The command that tests Akismet with this site's settings, step by step, and explains failures."""

import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from comments.screening import api

#: The real service always takes a comment by this author for spam:
#: https://akismet.com/developers/comment-check/
SPAMMER = "akismet-guaranteed-spam"


class Command(BaseCommand):
    help = "Try Akismet with this site's settings, and say what is wrong and what to do about it."

    def handle(self, **options):
        self.show_settings()
        if not api.is_configured():
            raise self.failure(
                "No key is set. Comments are kept, and moderators see them as “not screened”.",
                "Get a key at https://akismet.com/ and set AKISMET_API_KEY.",
            )
        self.check_connection()
        self.check_key()
        self.send_test_comment()
        self.say("\nAll is well.")

    def show_settings(self):
        key = settings.AKISMET_API_KEY
        self.line("Site", settings.SITE_URL)
        self.line("Address of Akismet", settings.AKISMET_API_URL)
        self.line("Key", f"set, {len(key)} characters" if key else "not set")
        self.line("Seconds for a call", settings.AKISMET_TIMEOUT)
        self.line("Only trying it out", "yes" if settings.AKISMET_IS_TEST else "no")
        if key and not key.isalnum():
            self.say("The key has characters that no key has. Is there a space or a quote in it?")

    def check_connection(self):
        """Test that a connection to the server can be opened; send nothing."""
        url = urlsplit(settings.AKISMET_API_URL)
        port = url.port or {"https": 443, "http": 80}.get(url.scheme)
        if not (url.hostname and port):
            raise self.failure(
                "That is no address of a server.", "Remove AKISMET_API_URL from the settings."
            )
        try:
            with socket.create_connection((url.hostname, port), settings.AKISMET_TIMEOUT):
                self.line("Connection", "works")
        except OSError as error:
            raise self.failure(
                f"{url.hostname}:{port} cannot be reached: {error}.",
                "Check this machine's name server and firewall: it has to be let out to that "
                "host and port.",
            ) from None

    def check_key(self):
        if self.ask("Key for this site", "verify_key"):
            self.line("Key for this site", "valid")
            return
        raise self.refused({})

    def send_test_comment(self):
        """Send a comment that Akismet always takes for spam; `is_test` keeps it from learning."""
        verdict = self.ask(
            "A test comment",
            "comment_check",
            user_ip="127.0.0.1",
            user_agent="Newsroom",
            comment_type="comment",
            comment_author=SPAMMER,
            comment_content="A test of this site's settings.",
            is_test="1",
        )
        word = api.VERDICTS[verdict]
        self.line("A test comment", f"{word}, as it should be" if word != "ham" else "ham")
        if word == "ham":
            raise self.failure(
                "Akismet answers, but takes for ham what is spam by agreement.",
                "Is AKISMET_API_URL the real service? Remove it from the settings to use that.",
            )

    def ask(self, label, operation, **fields):
        try:
            answer = api.ask(operation, **fields)
        except api.KeyRefused as refusal:
            raise self.refused(refusal.headers) from None
        except api.AkismetUnavailable as failure:
            self.line(label, f"no usable answer: {failure}")
            self.show(failure.headers)
            raise self.failure(
                "Somebody is there, but does not answer as Akismet does.",
                "Wait, if its status page says so. Otherwise something in between answers in its "
                "place (a proxy, a login page of the network), or AKISMET_API_URL is wrong.",
            ) from None
        self.show(answer.headers)
        return answer.result

    def refused(self, headers):
        self.line("Key for this site", "refused")
        self.show(headers)
        return self.failure(
            f"Akismet refuses this key for {settings.SITE_URL}.",
            "Compare AKISMET_API_KEY with https://akismet.com/account/, and SITE_URL with the "
            "sites that the key is for. Then restart the worker: what waits is screened by itself.",
        )

    def show(self, headers):
        """Print Akismet's own headers without its GUID; `api.ask` has removed the key from them."""
        for name, value in headers.items():
            if name != "x-akismet-guid":
                self.line(f"  {name}", value)

    def line(self, label, value):
        self.say(f"{label:<24} {value}")

    def say(self, words):
        self.stdout.write(words)

    def failure(self, problem, remedy):
        return CommandError(f"\n{problem}\nWhat to do: {remedy}")
