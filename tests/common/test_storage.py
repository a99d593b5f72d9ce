"""Files are stored whole or not at all, and a folder that takes none says so."""

import os
import resource
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile

from common.storage import StorageFailed, WholeFileStorage


@contextmanager
def files_of_at_most(size):
    """Have the system refuse each byte of a file beyond `size`, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def storage(tmp_path):
    return WholeFileStorage(location=tmp_path)


def every_file(folder):
    return [name for _folder, _folders, names in os.walk(folder) for name in names]


def test_a_file_is_stored_and_read(storage, tmp_path):
    name = storage.save("images/a.png", ContentFile(b"x" * 300_000))
    assert name == "images/a.png"
    with storage.open(name) as file:
        assert file.read() == b"x" * 300_000
    assert every_file(tmp_path) == ["a.png"]
    assert storage.save("b.png", ContentFile(b"x")) == "b.png"


def test_no_file_takes_the_place_of_another(storage):
    first = storage.save("a.png", ContentFile(b"one"))
    second = storage.save("a.png", ContentFile(b"two"))
    assert first != second
    with storage.open(first) as file:
        assert file.read() == b"one"


def test_a_file_for_which_there_is_no_room_leaves_nothing(storage, tmp_path):
    with files_of_at_most(100_000), pytest.raises(StorageFailed):
        storage.save("images/a.png", ContentFile(b"x" * 300_000))
    assert every_file(tmp_path) == []
    assert not storage.exists("images/a.png")


def test_a_folder_that_is_none_says_so(storage, tmp_path):
    (tmp_path / "images").write_text("not a folder")
    with pytest.raises(StorageFailed):
        storage.save("images/a.png", ContentFile(b"x"))
    with pytest.raises(StorageFailed):
        storage.delete("images/a.png")


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is read-only for root")
def test_a_read_only_folder_says_so(storage, tmp_path):
    storage.save("a.png", ContentFile(b"x"))
    tmp_path.chmod(0o500)
    with pytest.raises(StorageFailed):
        storage.save("b.png", ContentFile(b"x"))
    with pytest.raises(StorageFailed):
        storage.delete("a.png")
    tmp_path.chmod(0o700)
