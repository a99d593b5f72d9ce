"""The texts of the demo, by language."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent


def texts(language):
    """Return the demo's texts in `language`."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
