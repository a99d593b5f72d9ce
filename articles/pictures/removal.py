"""The deletion of a stored picture: its file, and every rendition that was ever made of it."""

from contextlib import suppress

from django.core.files.storage import default_storage as storage


def delete_files(name: str):
    """Delete the stored file `name` and its folder of renditions; files that are gone are no error.

    If one file can't be deleted, the others still are. Then the storage's own error is raised.
    """
    folder, failure = name.rpartition(".")[0], None
    sets = [f"{folder}/{each}" for each in _list(folder)[0]]
    files = [f"{each}/{file}" for each in sets for file in _list(each)[1]]
    # Folders last: a storage of files deletes only empty ones.
    for each in [name, *files, *sets, *([folder] if sets else [])]:
        try:
            storage.delete(each)
        except Exception as error:  # The errors of a storage have no common class.
            failure = failure or error
    if failure:
        raise failure


def _list(folder):
    """Return the names of the folders and of the files in `folder`; none if there is no folder."""
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def size_of_files(name: str) -> int:
    """Return the bytes of the files that `delete_files` would delete; files that are gone are 0."""
    folder = name.rpartition(".")[0]
    sets = [f"{folder}/{each}" for each in _list(folder)[0]]
    total = 0
    for file in [name, *(f"{each}/{file}" for each in sets for file in _list(each)[1])]:
        with suppress(FileNotFoundError):
            total += storage.size(file)
    return total
