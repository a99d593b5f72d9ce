"""What the readers of the formats raise, and the reading of an exact number of bytes."""


class Broken(Exception):
    """The file is not what it begins as, or it is not whole."""


class IsVideo(Broken):
    """The file has moving pictures."""


class OtherCodec(Broken):
    """The sound is encoded in a way that not every browser plays."""


def read_at(file, place: int, length: int) -> bytes:
    """Return `length` bytes of `file` from `place` on. Raises Broken if there are fewer."""
    file.seek(place)
    found = file.read(length)
    if len(found) < length:
        raise Broken
    return found
