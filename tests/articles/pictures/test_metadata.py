"""The notes in a picture's file: read from IPTC, XMP and Exif, bounded and cleaned."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Picture

from articles.pictures import files, metadata

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dc": "http://purl.org/dc/elements/1.1/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    }.items()
)


def packet(elements="", attributes="", before=""):
    return (
        f'<?xpacket begin="\ufeff"?>{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {SPACES}>'
        f"<rdf:Description {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def iptc(**datasets):
    """Return the part of a JPEG in which Photoshop keeps IPTC's older format."""
    records = b"".join(
        b"\x1c\x02" + bytes([int(number[1:])]) + len(value).to_bytes(2) + value
        for number, value in datasets.items()
    )
    resource = b"8BIM\x04\x04\0\0" + len(records).to_bytes(4) + records
    content = b"Photoshop 3.0\0" + resource + b"\0" * (len(records) % 2)
    return b"\xff\xed" + (len(content) + 2).to_bytes(2) + content


def notes(*, format="JPEG", exif=None, taken="", segment=b"", **options):
    """Return the notes that are read from a picture with these notes in its file."""
    stored = Picture.Exif()
    stored.update(exif or {})
    if taken:
        stored.get_ifd(0x8769)[0x9003] = taken
    out = io.BytesIO()
    Picture.new("RGB", (30, 20)).save(out, format, exif=stored, **options)
    content = out.getvalue()
    return files.reencode(ContentFile(content[:2] + segment + content[2:], name="a.jpg")).notes


ALT = '<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">'


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_notes_in_xmp_are_read(format):
    elements = (
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Le pont, la nuit</rdf:li>'
        '<rdf:li xml:lang="de">Die Brücke</rdf:li></rdf:Alt></dc:description>'
        "<dc:creator><rdf:Seq><rdf:li>Anne Lœuvre</rdf:li></rdf:Seq></dc:creator>"
        f"{ALT}Un pont</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>"
        "<photoshop:DateCreated>2024-05-06T07:08:09+02:00</photoshop:DateCreated>"
    )
    about = packet(elements, 'photoshop:Credit="AFP" photoshop:Headline="Le pont"')
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        chunk = PngInfo()
        chunk.add_itxt("XML:com.adobe.xmp", about.decode())
        found = notes(format=format, pnginfo=chunk)
    else:
        found = notes(format=format, xmp=about)
    assert found == metadata.Notes(
        "Le pont", "Un pont", "Le pont, la nuit", "Anne Lœuvre / AFP", date(2024, 5, 6)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_notes_in_the_older_format_of_iptc_are_read(encoding):
    segment = iptc(
        _105="L’élection".encode(encoding),
        _120="Élise vote".encode(encoding),
        _80=b"Anne",
        _55=b"20240506",
    )
    assert notes(segment=segment) == metadata.Notes(
        "L’élection", "", "Élise vote", "Anne", date(2024, 5, 6)
    )


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Un été à Orsé".encode()[:-1], "Un été à Ors"),
        ("Café".encode("cp1252"), "Café"),
        (b"Anne\0AFP\0", "Anne AFP"),
    ],
    ids=["UTF-8 that was cut", "older text that ends so", "two in one note"],
)
def test_a_note_is_read_in_the_characters_that_it_was_written_in(stored, read):
    facts = {"iptc": {}, "xmp": "", "exif": {"description": stored.decode("latin-1")}}
    assert metadata.read(facts).caption == read


@pytest.mark.parametrize(("language", "read"), [("fr", "Le pont"), ("en", "A bridge")])
def test_of_a_note_in_several_languages_the_sites_is_read_or_else_the_first(
    settings, language, read
):
    settings.LANGUAGE_CODE = language
    alternatives = (
        '<rdf:li xml:lang="x-default">A bridge</rdf:li><rdf:li xml:lang="fr-FR">Le pont</rdf:li>'
    )
    about = packet(f"<dc:description><rdf:Alt>{alternatives}</rdf:Alt></dc:description>")
    assert metadata.read({"iptc": {}, "exif": {}, "xmp": about.decode("latin-1")}).caption == read


def test_the_notes_of_a_camera_are_read():
    exif = {0x010E: "Un pont", 0x013B: "Anne"}
    assert notes(exif=exif, taken="2024:05:06 07:08:09") == metadata.Notes(
        "", "", "Un pont", "Anne", date(2024, 5, 6)
    )


@pytest.mark.parametrize("words", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "   ", "---"])
def test_what_a_camera_writes_into_every_picture_is_no_caption(words):
    assert notes(exif={0x010E: words}).caption == ""


@pytest.mark.parametrize(
    ("creator", "credit", "shown"),
    [
        ("Anne", "AFP", "Anne / AFP"),
        ("Anne", "", "Anne"),
        ("", "AFP", "AFP"),
        ("Anne", "Anne / AFP", "Anne / AFP"),
        ("ANNE", "Anne", "ANNE"),
        ("Ann", "Annecy Presse", "Ann / Annecy Presse"),
        ("", "", "© 2024 Anne"),
    ],
)
def test_the_credit_is_the_photographer_and_the_agency_each_once(creator, credit, shown):
    segment = iptc(_80=creator.encode(), _110=credit.encode(), _116="© 2024 Anne".encode())
    assert notes(segment=segment).credit == shown


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "2024:13:45 00:00:00", "1066:10:14", "9999:01:01", "hier"]
)
def test_a_date_that_cannot_be_is_none(taken):
    assert notes(taken=taken).taken_on is None


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    "hostile",
    [
        packet("<dc:rights>&b;&c;</dc:rights>", before=ENTITIES),
        packet("<dc:rights>unclosed"),
        packet("<a>" * 20_000),
        b'<?xml version="1.0" encoding="x-unknown"?><x/>',
        b"\xff\xfe\0",
    ],
    ids=["entities", "unclosed", "deep", "unknown encoding", "no XML"],
)
def test_hostile_xmp_gives_no_notes_and_the_picture_is_still_taken(hostile):
    facts = {"exif": {}, "iptc": {}, "xmp": hostile.decode("latin-1")}
    assert metadata.read(facts) == metadata.NONE


def test_a_note_is_one_bounded_line_without_invisible_characters():
    facts = {"exif": {"description": "Un\n\x00 \u202epont\u200b" + "\u0301" * 50 + " x" * 9000}}
    caption = metadata.read({"iptc": {}, "xmp": "", **facts}).caption
    assert caption.startswith("Un pont")
    assert len(caption) <= metadata.LONGEST
    assert "\u202e" not in caption


# --- Files of other kinds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.jpg", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a", "heic"),
        (b"?", "IMG_1.HEIC", "heic"),
        (b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- a --><svg xmlns='x'>", "a.png", "svg"),
        (b"%PDF-1.7", "a.jpg", "pdf"),
        (b"II*\0\x08\0\0\0", "a.tif", "tiff"),
        (b"MM\0*\0\0\0\x08", "a.NEF", "raw"),
        (b"II*\0\x10\0\0\0CR\2\0", "a", "raw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "a", "raw"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a.jpg", "video"),
        (b"\x1aE\xdf\xa3", "a", "video"),
        (b"8BPS\0\1", "a", "other_picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a", "other_picture"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_words_of_its_own(head, name, code):
    with pytest.raises(ValidationError, check=lambda error: error.code == code):
        files.refuse_foreign(ContentFile(head, name=name))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("name", ["a.heic", "a.mov", ""])
def test_a_picture_that_can_be_read_is_never_taken_for_another_kind(format, name):
    out = io.BytesIO()
    Picture.new("RGB", (30, 20)).save(out, format)
    files.refuse_foreign(ContentFile(out.getvalue(), name=name))
