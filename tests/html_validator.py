"""The Nu Html Checker, which checks pages against the HTML Standard; one process for all pages."""

import json
import subprocess
from dataclasses import dataclass

from .parts import VNU

#: What is no fault of a page of ours, with the reason.
IGNORED = (
    # Whatever an editor or a reader typed is shown as typed.
    "Text run is not in Unicode Normalization Form C.",
    "Document uses the Unicode Private Use Area(s)",
    # The validator guesses the language of the words, which are mixed in tests.
    "This document appears to be written in",
    # All our void elements are written without a slash; those of Django’s widgets are not.
    "Trailing slash on void elements has no effect",
)


@dataclass(frozen=True)
class Fault:
    page: str
    words: str
    extract: str


def faults(folder, pages: dict[str, str]) -> list[Fault]:
    """Return the errors and warnings for `pages`, whole documents by name, put in `folder`."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number:03}.html"
        path.write_text(html, encoding="utf-8")
        names[path.name] = name
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(VNU), "--format", "json", "--stdout", "--no-langdetect",
         "--exit-zero-always", *map(str, sorted(folder.glob("*.html")))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        Fault(
            names[message["url"].rpartition("/")[2]], message["message"], message.get("extract", "")
        )
        for message in json.loads(done.stdout)["messages"]
        if not message["message"].startswith(IGNORED)
    ]
