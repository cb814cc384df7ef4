"""Files are taken for what they are, kept whole, and given back as attachments."""

import contextlib
import hashlib
import io
import struct
import zipfile

import pytest
from sqlalchemy import func, select

from pitchpit.core import files
from pitchpit.core.db import db, transaction
from pitchpit.core.files import (
    CHUNK,
    MB,
    File,
    FileChunk,
    NotAccepted,
    checked,
    chunks,
    download_response,
    kind_of,
    safe_name,
    store,
)

PDF = b"%PDF-1.7 made up"
LIMIT = 10 * MB


def office(main="word/document.xml", *, more=(), kinds=b"<Types/>"):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr(main, b"<document/>")
        for name, content in more:
            archive.writestr(name, content)
    return made.getvalue()


def check(content, name):
    return checked(io.BytesIO(content), name, limit=LIMIT)


def refused(content, name):
    with pytest.raises(NotAccepted) as caught:
        check(content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, files.PDF),
        ("a.PNG", b"\x89PNG\r\n\x1a\nrest", files.PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0", files.JPEG),
        ("a.jpeg", b"\xff\xd8\xff\xe1", files.JPEG),
        ("a.docx", office(), files.DOCX),
        ("a.xlsx", office("xl/workbook.xml"), files.XLSX),
        ("a.csv", "date,value\r\n2026-01-01,£5\n".encode(), files.CSV),
        ("a.csv", "Zoë;1\n".encode("cp1252"), files.CSV),
        ("notes.txt", ("é" * MB).encode(), files.TEXT),
    ],
)
def test_each_kind_is_taken(name, content, kind):
    taken = check(content, name)
    assert (taken.content_type, taken.size, taken.sha256) == (kind, len(content), hashlib.sha256(content).hexdigest())
    assert taken.content.read() == content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ\x90", "Choose a PDF"),
        ("a", b"text", "Choose a PDF"),
        ("a.svg", b"<svg/>", "Choose a PDF"),
        ("a.html", b"<p>", "Choose a PDF"),
        ("a.docm", office(), "Choose a PDF"),
        ("a.pdf", b"MZ\x90", "not what its name says"),
        ("a.pdf", office(), "not what its name says"),
        ("a.png", PDF, "not what its name says"),
        ("a.txt", PDF, "not plain text"),
        ("a.csv", b"a,b\x00", "not plain text"),
        ("a.csv", b"a,b\n" * MB + b"\x00", "not plain text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        ("a.docx", b"PK\x03\x04 no archive", "damaged or is not a Word"),
        ("a.docx", office("xl/workbook.xml"), "damaged or is not a Word"),
        ("a.docx", office()[:-30], "damaged or is not a Word"),
        ("a.docx", office(more=[("word/vbaProject.bin", b"x")]), "holds macros"),
        ("a.xlsx", office("xl/workbook.xml", more=[("xl/macrosheets/sheet1.xml", b"x")]), "holds macros"),
        ("a.docx", office(kinds=b"application/vnd.ms-word.document.macroEnabled.main+xml"), "holds macros"),
        ("a.docx", office(more=[(f"word/{n}.xml", b"") for n in range(5000)]), "unpacks to far more"),
        ("a.docx", b"", "not empty"),
        ("a.pdf", PDF + b"x" * LIMIT, "smaller than 10 MB"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(name, content, words):
    assert words in refused(content, name)


def test_a_name_with_an_nhs_number_is_refused():
    assert refused(PDF, "letter 450 557 7104.pdf") == (
        "The name of this file holds what looks like an NHS number. Give it another name and choose it again"
    )


def test_a_zip_bomb_is_seen_without_being_unpacked():
    bomb = bytearray(office(more=[("word/media/image1.png", b"\0" * MB)]))
    at = bomb.rfind(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = struct.pack("<L", 300 * MB)  # it says how large it is; a second one would lie
    assert "unpacks to far more" in refused(bytes(bomb), "a.docx")


def test_a_password_inside_the_archive_is_seen():
    locked = bytearray(office())
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "without a password" in refused(bytes(locked), "a.docx")


def test_a_damaged_document_is_a_sentence_and_never_an_error():
    whole = office()
    for cut in range(len(whole)):
        broken = whole[:cut] + bytes(byte ^ 0xFF for byte in whole[cut : cut + 5]) + whole[cut + 5 :]
        with contextlib.suppress(NotAccepted):
            check(broken, "a.docx")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Plan for ward 7.pdf", "Plan for ward 7.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\jo\\plan.docx", "plan.docx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("invoice\u202efdp.pdf", "invoicefdp.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("Zoë’s plan.pdf", "Zoë’s plan.pdf"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        (".pdf", "pdf"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


def test_a_kind_is_known_from_the_beginning_alone():
    assert kind_of(PDF[:8], "x.pdf") == files.PDF


def kept(content, name="plan.pdf"):
    upload = check(content, name)
    with transaction():
        file = store(upload, uploaded_by=7)
        number = file.id
    return db.session.get(File, number)


@pytest.mark.parametrize("size", [len(PDF), CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_comes_out_is_what_went_in(app, size):
    content = PDF + bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    file = kept(content)
    pieces = list(chunks(file))
    assert b"".join(pieces) == content
    assert [len(piece) for piece in pieces[:-1]] == [CHUNK] * (len(pieces) - 1)
    assert (file.size, file.uploaded_by, file.sha256) == (size, 7, hashlib.sha256(content).hexdigest())


def test_what_is_not_saved_leaves_nothing_behind(app):
    upload = check(PDF, "plan.pdf")
    with contextlib.suppress(ZeroDivisionError), transaction():
        store(upload)
        raise ZeroDivisionError
    assert db.session.scalar(select(func.count()).select_from(FileChunk)) == 0


def test_a_download_is_an_attachment_that_no_browser_opens(app):
    file = kept(PDF, 'Zoë’s "plan"; 100%.pdf')
    answer = download_response(file)
    db.session.remove()  # as at the end of the request, before the content is sent
    assert answer.get_data() == PDF
    assert dict(answer.headers) == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename=\"Zoes plan 100.pdf\"; filename*=UTF-8''Zo%C3%AB%E2%80%99s%20plan%3B%20100%25.pdf",
        "Content-Length": str(len(PDF)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }


def test_a_file_that_goes_takes_its_content_along(app):
    file = kept(PDF)
    with transaction():
        db.session.delete(db.session.get(File, file.id))
    assert db.session.scalar(select(func.count()).select_from(FileChunk)) == 0
