"""M4A: sound in an ISO base media file (ISO/IEC 14496-12), encoded as AAC."""

from collections.abc import Iterator
from math import ceil

from .broken import Broken, IsVideo, OtherCodec, read_at

#: The most bytes of the box that describes the tracks; one of an hour of sound has some 200 KB.
_MOST_DESCRIPTION = 16 * 1024**2
_MOST_BOXES = 100_000
_SOUND, _VIDEO, _AAC = b"soun", b"vide", b"mp4a"


def seconds(file) -> int:
    """Return how long the sound lasts. Raises Broken, IsVideo or OtherCodec."""
    movie = _movie_of(file)
    codecs = []
    for name, track in _boxes(movie):
        if name == b"trak":
            media = _inside(track, b"mdia")
            kind = _inside(media, b"hdlr")[8:12]
            if kind == _VIDEO:
                raise IsVideo
            if kind == _SOUND:
                samples = _inside(_inside(_inside(media, b"minf"), b"stbl"), b"stsd")
                codecs.append(samples[12:16])
    if not codecs:
        raise Broken
    if set(codecs) != {_AAC}:
        raise OtherCodec
    return _duration(_inside(movie, b"mvhd"))


def _movie_of(file):
    """Return the box `moov`, after a walk along all boxes of the file, which must fill it."""
    place, movie = 0, None
    for _number in range(_MOST_BOXES):
        if place >= file.size:
            break
        head = read_at(file, place, 8)
        length, header = int.from_bytes(head[:4]), 8
        if length == 1:
            length, header = int.from_bytes(read_at(file, place + 8, 8)), 16
        elif length == 0:
            length = file.size - place
        if length < header or not head[4:].isascii():
            raise Broken
        if head[4:] == b"moov":
            if length > _MOST_DESCRIPTION:
                raise Broken
            movie = read_at(file, place + header, length - header)
        place += length
    if place != file.size or movie is None:
        raise Broken
    return movie


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each box in `data`."""
    place = 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        if length < 8 or place + length > len(data):
            raise Broken
        yield data[place + 4 : place + 8], data[place + 8 : place + length]
        place += length


def _inside(data, wanted):
    """Return the content of the first box `wanted`. Raises Broken if there is none."""
    for name, content in _boxes(data):
        if name == wanted:
            return content
    raise Broken


def _duration(header):
    """Return the seconds of a movie header; its times have 64 bits in version 1."""
    width, at = (8, 20) if header[:1] == b"\1" else (4, 12)
    scale = int.from_bytes(header[at : at + 4])
    length = int.from_bytes(header[at + 4 : at + 4 + width])
    if not scale or not length:
        raise Broken
    return ceil(length / scale)
