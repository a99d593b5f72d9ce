"""Small files of each format of attachments, and the parts that they are made of."""

from struct import pack

#: A frame of MP3: MPEG 1, layer III, 128 kbit/s, 44.1 kHz, without sound.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)


def mp3(frames=80, tag=b"ID3\x04\0\0\0\0\0\x05title"):
    return tag + FRAME * frames


def box(name, *parts):
    content = b"".join(parts)
    return pack(">I", 8 + len(content)) + name + content


def track(kind, codec):
    samples = box(b"stsd", bytes(4), pack(">I", 1), box(codec, bytes(28)))
    header = box(b"hdlr", bytes(8), kind, bytes(13))
    return box(b"trak", box(b"mdia", header, box(b"minf", box(b"stbl", samples))))


def m4a(*tracks, seconds=75):
    head = box(b"mvhd", bytes(12), pack(">II", 1000, seconds * 1000), bytes(80))
    movie = box(b"moov", head, *(tracks or [track(b"soun", b"mp4a")]))
    return box(b"ftyp", b"M4A ", bytes(4), b"isom") + movie + box(b"mdat", bytes(200))


def ogg_page(payload, *, time=0, flags=0, stream=7):
    lengths = [255] * (len(payload) // 255) + [len(payload) % 255]
    head = pack("<4sBBQIIIB", b"OggS", 0, flags, time, stream, 0, 0, len(lengths))
    return head + bytes(lengths) + payload


#: The first packet of Opus: its version, two channels, 312 samples to skip, and the rate.
OPUS = b"OpusHead\x01\x02\x38\x01" + pack("<I", 48000) + bytes(3)


def ogg(first=OPUS, seconds=9):
    begin = ogg_page(first, flags=2) + ogg_page(b"OpusTags" + bytes(8))
    return begin + ogg_page(bytes(600), time=312 + seconds * 48000, flags=4)


def pdf(inner=b"", behind=b""):
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + inner
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body) + behind
