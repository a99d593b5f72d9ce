"""The reader of environment variables and of the `.env` file, for the settings.

It differs from django-environ's own in four ways, so that one mistake is one line of words:

- a value that cannot be read is added to `problems` by its variable's name, and its default is
  used, so the start of a site can list all mistakes at once;
- an empty or blank value is as good as none, and blanks around a value are dropped;
- a truth value is one of a few words, since a misspelt one must not switch a protection off;
- a value that begins with `$` is a value, not the name of another variable.
"""

import io
import math
import unicodedata
import warnings
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"true", "on", "yes", "y", "ok", "1"}
FALSE = {"false", "off", "no", "n", "0"}
#: Whole numbers beyond it overflow dates and columns, so no setting has a use for them.
LARGEST = 10**9


def read_truth(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError("Write true or false.")
    return text.lower() in TRUE


def read_whole_number(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or abs(number) > LARGEST:
        raise ValueError("Write a whole number in digits.")
    return number


def read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("Write a number in digits.")
    return number


def read_members(text: str) -> list[str]:
    """Return the members of a list with commas; blanks around them and empty ones do not count."""
    return [member for part in text.split(",") if (member := part.strip())]


READERS = {bool: read_truth, int: read_whole_number, float: read_number, list: read_members}


class Environment(environ.Env):
    """Reads variables, and collects the problems of those that it could not read."""

    def __init__(self):
        super().__init__()
        self.problems: list[str] = []

    def read_file(self, default: Path):
        """Add the lines of `ENV_FILE`, or of `default` if that exists, to the environment."""
        path = Path(self.str("ENV_FILE", default=str(default)))
        try:
            # The signature that some editors of Windows put before UTF-8 is no part of a name.
            self.read_env(io.StringIO(path.read_text(encoding="utf-8-sig")))
        except FileNotFoundError:
            if path != default:
                self.problems.append(f"ENV_FILE is {path}, and there is no such file.")
        except OSError as error:
            reason = error.strerror or error
            self.problems.append(f"ENV_FILE is {path}, which cannot be read: {reason}.")
        except UnicodeDecodeError:
            self.problems.append(f"ENV_FILE is {path}, which is not in UTF-8. Save it as UTF-8.")

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False):
        value = self.ENVIRON.get(var, "").strip()
        if not value:
            return default
        if any(unicodedata.category(character) == "Cc" for character in value):
            # The value is not shown: it may be a password, and it would break the line.
            self.problems.append(f"{var} has a line break or a control character. Take it out.")
            return default
        try:
            return READERS.get(cast, str)(value)
        except ValueError as error:
            self.problems.append(f"{var} is {value[:60]!r}. {error}")
            return default

    def db(self, var: str, default: str) -> dict:
        return self._read_address(
            *(self.db_url_config, var, default),
            "Write postgres://user:password@host:5432/name, or leave it empty for SQLite.",
        )

    def cache(self, var: str, default: str) -> dict:
        return self._read_address(
            *(self.cache_url_config, var, default),
            "Write redis://host:6379/1, or leave it empty for a cache in each process.",
        )

    def email_url(self, var: str, default: str) -> dict:
        return self._read_address(
            *(self.email_url_config, var, default),
            "Write smtp+tls://user:password@host:587.",
        )

    def _read_address(self, parse, var, default, example) -> dict:
        try:
            with warnings.catch_warnings():
                # For example of SQLite with a host, where the database would be in memory.
                warnings.simplefilter("error")
                return parse(self.get_value(var, default=default))
        except (ValueError, LookupError, ImproperlyConfigured, UserWarning):
            self.problems.append(
                f"{var} cannot be read (its value may hold a password, so it is not shown). "
                f"{example} Special characters of a password are written as %23 and so on."
            )
            return parse(default)
