"""MP3: MPEG audio of layer III (ISO/IEC 11172-3 and 13818-3), frame after frame."""

from math import ceil

from .broken import Broken, read_at

#: Kilobits in a second by the index in a header: of MPEG 1, and of MPEG 2 and 2.5.
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
#: Samples in a second by the version in a header, 1 being reserved.
_SAMPLES = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}
_LAYER_3 = 1
#: The fewest frames: some eighty milliseconds.
_FEWEST = 3
#: Tags may stand behind the frames. More of a file than this part is no tag.
_MOST_BEHIND = 0.1
_TAG = 128  # bytes, of ID3v1


def begins_frame(head: bytes) -> bool:
    return _frame(head[:4]) is not None


def _frame(header):
    """Return the bytes and the seconds of the frame with the four bytes `header`; None if none."""
    if len(header) < 4:
        return None
    bits = int.from_bytes(header)
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    rate, samples, padding = bits >> 12 & 15, bits >> 10 & 3, bits >> 9 & 1
    is_one = bits >> 21 == 0x7FF and layer == _LAYER_3 and version in _SAMPLES
    # A rate of 0 would be one that the header does not tell.
    if not is_one or not 0 < rate < 15 or samples == 3:
        return None
    per_second = _SAMPLES[version][samples]
    kilobits = (_RATES_1 if version == 3 else _RATES_2)[rate]
    in_frame = 1152 if version == 3 else 576
    return in_frame // 8 * kilobits * 1000 // per_second + padding, in_frame / per_second


def seconds(file) -> int:
    """Return how long the sound lasts. Raises Broken."""
    place, size = _behind_tags(file), file.size
    start, frames, total = place, 0, 0.0
    while (frame := _frame(_header_at(file, place))) and place + frame[0] <= size:
        place += frame[0]
        total += frame[1]
        frames += 1
    if frames < _FEWEST or size - place > _TAG + (size - start) * _MOST_BEHIND:
        raise Broken
    return ceil(total)


def _header_at(file, place):
    file.seek(place)
    return file.read(4)


def _behind_tags(file):
    """Return the place of the first frame: behind the ID3v2 tags, and the zeros that fill them."""
    place = 0
    while (head := read_at(file, place, 10)).startswith(b"ID3"):
        if any(byte > 127 for byte in head[6:]):
            raise Broken
        # Seven bits of each byte, and ten bytes more for a footer.
        length = sum(byte << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        place += 10 + length + (10 if head[5] & 16 else 0)
    file.seek(place)
    zeros = file.read(64 * 1024)
    return place + len(zeros) - len(zeros.lstrip(b"\0"))
