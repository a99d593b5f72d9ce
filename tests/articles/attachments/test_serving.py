"""The files of attachments over HTTP, where Django serves them itself."""

import re
from pathlib import Path

import pytest

from articles.attachments import formats, serving
from tests import attachment_files as files
from tests import factories

NGINX = (Path(__file__).resolve().parents[3] / "deploy" / "nginx.conf").read_text()


@pytest.mark.django_db
def test_a_sound_is_served_in_parts_and_kept_for_long(client):
    url = factories.attachment(content=files.m4a()).file.url
    part = client.get(url, headers={"range": "bytes=4-7"})
    assert (part.status_code, b"".join(part)) == (206, b"ftyp")
    whole = client.get(url)
    assert b"".join(whole) == files.m4a()
    for response in (part, whole, client.head(url)):
        assert response["Content-Type"] == "audio/mp4"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Accept-Ranges"] == "bytes"
        assert "immutable" in response["Cache-Control"]
        assert response["Content-Security-Policy"] == serving.POLICY
        assert not response.cookies
        assert "Content-Disposition" not in response or "inline" in response["Content-Disposition"]
        response.close()


@pytest.mark.django_db
def test_a_pdf_is_saved_and_never_a_document_of_this_site(client):
    url = factories.attachment(content=files.pdf(), transcript="").file.url
    for headers in ({}, {"range": "bytes=0-3"}):
        response = client.get(url, headers=headers)
        assert response["Content-Disposition"] == "attachment"
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Security-Policy"] == serving.POLICY
        response.close()


@pytest.mark.django_db
def test_pictures_are_served_as_before(client):
    response = client.get(factories.image().file.url)
    assert "Content-Disposition" not in response or "inline" in response["Content-Disposition"]
    assert "sandbox" not in response["Content-Security-Policy"]
    response.close()


@pytest.mark.any_database
def test_nginx_says_the_same():
    place = NGINX.partition("location /media/files/ {")[2].partition("\n    }\n")[0]
    types = dict(reversed(pair) for pair in re.findall(r"(\w+/\w+) +(\w+);", place))
    assert types == {each.extension: each.media_type for each in formats.FORMATS.values()}
    assert f'"{serving.POLICY}"' in place
    assert f'"{serving.CACHE}"' in place
    pdf = NGINX.partition("map $uri $newsroom_disposition {")[2].partition("}")[0]
    assert 'pdf$" attachment;' in pdf
