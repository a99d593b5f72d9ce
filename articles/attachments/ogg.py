"""Ogg (RFC 3533) with sound in Opus (RFC 7845) and nothing else."""

from math import ceil

from .broken import Broken, IsVideo, OtherCodec, read_at

_HEAD = 27  # bytes of a page before the lengths of its segments
_BEGINS = 2  # the flag of a page with which a stream begins
_SAMPLES = 48_000  # in a second, whatever the source had
_NO_TIME = 2**64 - 1
_VIDEO = (b"\x80theora", b"\x80daala", b"fishead", b"BBCD")


def seconds(file) -> int:
    """Return how long the sound lasts. Raises Broken, IsVideo or OtherCodec."""
    place, stream, skipped, last = 0, None, 0, 0
    while place < file.size:
        head = read_at(file, place, _HEAD)
        if not head.startswith(b"OggS\0"):
            raise Broken
        segments = read_at(file, place + _HEAD, head[26])
        start, length = place + _HEAD + head[26], sum(segments)
        number, time = head[14:18], int.from_bytes(head[6:14], "little")
        if head[5] & _BEGINS:
            first = read_at(file, start, min(length, 19))
            if first.startswith(_VIDEO):
                raise IsVideo
            if not first.startswith(b"OpusHead") or stream:
                raise OtherCodec
            stream, skipped = number, int.from_bytes(first[10:12], "little")
        if number != stream:
            raise Broken
        if time != _NO_TIME:
            last = max(last, time)
        place = start + length
    if place != file.size or last <= skipped:
        raise Broken
    return ceil((last - skipped) / _SAMPLES)
