"""Storage of files in a folder: each file is there whole, or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path, PurePosixPath

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StorageFailed(OSError):
    """The folder could not be written to: it is full, read-only, or not ours."""


class WholeFileStorage(FileSystemStorage):
    """A folder in which a file gets its name only once all of its bytes are on the disk.

    A full disk or a killed process never leaves a half-written file under a name that is served.
    Writing and deleting raise StorageFailed where the folder cannot be written to.
    """

    def _save(self, name, content):
        part = str(PurePosixPath(name).with_name(f".{secrets.token_hex(8)}.part"))
        path = Path(self.path(part))
        try:
            super()._save(part, content)
            with path.open("rb") as file:
                # A full disk may be noticed only now.
                os.fsync(file.fileno())
            # `save` has chosen a name that is free.
            path.replace(self.path(name))
        except OSError as error:
            raise StorageFailed(error.errno, error.strerror or str(error)) from error
        finally:
            with suppress(OSError):
                path.unlink()
        return name

    def delete(self, name):
        try:
            super().delete(name)
        except OSError as error:
            raise StorageFailed(error.errno, error.strerror or str(error)) from error


class GzippedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Static files under names that hold a hash of their content, with a gzip copy of each.

    Brotli would make `collectstatic` five times as long, for some kilobytes that browsers keep for
    ever; and nginx, which serves these files, has no module for them in Debian's main package.
    """

    def create_compressor(self, **kwargs):
        return super().create_compressor(use_brotli=False, **kwargs)
