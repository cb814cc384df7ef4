"""Files that people upload: checked by their content, kept in the database in pieces, given back as attachments only.

Checking reads and hashes, so it comes before the write transaction (a form does it); storing comes inside it (an action does it).
"""

from __future__ import annotations

import codecs
import hashlib
import re
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import quote

from flask import Response
from sqlalchemy import ForeignKey, LargeBinary, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.clock import now
from pitchpit.core.db import Large, Model, Row, db
from pitchpit.core.headers import POLICY_OF_UPLOADS
from pitchpit.core.text import FreeText, nhs_number_in

CHUNK = 1024 * 1024
MB = 1024 * 1024

#: An office file is a zip archive: more parts than this, or more than this unpacked, is not a document.
MOST_PARTS = 5_000
MOST_UNPACKED = 200 * MB
LONGEST_NAME = 120

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
TEXT = "text/plain"

#: How each kind begins, and the endings that its name may have.
_BEGINNINGS = {
    PDF: b"%PDF-",
    PNG: b"\x89PNG\r\n\x1a\n",
    JPEG: b"\xff\xd8\xff",
    DOCX: b"PK\x03\x04",
    XLSX: b"PK\x03\x04",
}
_ENDINGS = {"pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "docx": DOCX, "xlsx": XLSX, "csv": CSV, "txt": TEXT}
_MAIN_PART = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
#: Besides these, no control character stands in a text.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")

ALLOWED = "Choose a PDF, Word (.docx), Excel (.xlsx), PNG, JPEG, CSV or text file"


class NotAccepted(ValueError):  # noqa: N818  # an answer to a person, not a fault
    """The file cannot be taken; the words say why and what to do."""


class File(Row, Model):
    """A file somebody uploaded. Its content never changes."""

    __tablename__ = "file"

    name: Mapped[str] = mapped_column(FreeText)
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(Large)
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    uploaded_by: Mapped[int | None]  # no foreign key: core knows no feature


class FileChunk(Model):
    """One piece of a file's content; all but the last are CHUNK bytes long."""

    __tablename__ = "file_chunk"

    file_id: Mapped[int] = mapped_column(ForeignKey(File.id, ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: what it is, and its content."""

    name: str
    content_type: str
    size: int
    sha256: str
    content: IO[bytes]


# Checking, outside any transaction


def checked(stream: IO[bytes], name: str, *, limit: int) -> Checked:
    """The file, read to its end and found to be what its name says; at most `limit` bytes. `stream` can be read again from its beginning.

    Raises NotAccepted, a ValueError with a sentence for the person, for anything else.
    """
    stream.seek(0)
    digest, size, head = hashlib.sha256(), 0, b""
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > limit:
            raise NotAccepted(f"Choose a file smaller than {limit // MB} MB")
        head = head or piece
        digest.update(piece)
    if not size:
        raise NotAccepted("Choose a file that is not empty")
    if nhs_number_in(safe_name(name)):
        raise NotAccepted(
            "The name of this file holds what looks like an NHS number. Give it another name and choose it again"
        )
    content_type = kind_of(head, name)
    if content_type in _MAIN_PART:
        _ensure_document(stream, content_type)
    if content_type in (CSV, TEXT):
        _ensure_text(stream)
    stream.seek(0)
    return Checked(safe_name(name), content_type, size, digest.hexdigest(), stream)


def kind_of(head: bytes, name: str) -> str:
    """The content type of a file with this beginning and this name. Raises NotAccepted where the two disagree or are not for us."""
    ending = PurePosixPath(name.lower()).suffix.removeprefix(".")
    kind = _ENDINGS.get(ending)
    if head.startswith(_OLD_OFFICE):
        raise NotAccepted("Save the file without a password, as .docx, .xlsx or PDF, and choose it again")
    if kind is None:
        raise NotAccepted(ALLOWED)
    begins = _BEGINNINGS.get(kind)
    if begins is not None and not head.startswith(begins):
        raise NotAccepted(f"The content of this file is not what its name says (.{ending}). {ALLOWED}")
    if begins is None and (_CONTROLS.search(head) or any(head.startswith(other) for other in _BEGINNINGS.values())):
        raise NotAccepted(f"This .{ending} file is not plain text. {ALLOWED}")
    return kind


def safe_name(name: str) -> str:
    """The name alone, without folders or characters that a person does not see; short enough for any disk."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    name = " ".join(name.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip() or 'file'}.{ending}"


def _ensure_text(content: IO[bytes]) -> None:
    """Text in UTF-8, or at least in no binary form (old spreadsheets write Windows-1252)."""
    content.seek(0)
    decoder: Any = codecs.getincrementaldecoder("utf-8")()
    while piece := content.read(CHUNK):
        if _CONTROLS.search(piece):
            raise NotAccepted(f"This file is not plain text. {ALLOWED}")
        try:
            if decoder:
                decoder.decode(piece)
        except UnicodeDecodeError:
            decoder = None


def _ensure_document(content: IO[bytes], content_type: str) -> None:
    """A Word or Excel file without macros, and no trap: what it unpacks to is read from its directory, nothing is unpacked."""
    broken = NotAccepted(
        "This file is damaged or is not a Word or Excel file. Open it, save it as .docx or .xlsx and choose it again"
    )
    _ensure_small_directory(content, broken)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if len(parts) >= MOST_PARTS or sum(part.file_size for part in parts) >= MOST_UNPACKED:
                raise NotAccepted("This file unpacks to far more than a document. Make it smaller, or save it as PDF")
            if any(part.flag_bits & 1 for part in parts):
                raise NotAccepted("Save the file without a password and choose it again")
            if _MAIN_PART[content_type] not in names:
                raise broken
            with archive.open("[Content_Types].xml") as kinds:
                listed = kinds.read(MB).lower()
    except NotAccepted:
        raise
    except Exception:  # a damaged archive fails in a dozen ways, from zlib to the text of its names
        raise broken from None
    if b"macroenabled" in listed or any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise NotAccepted("This file holds macros. Save it without them (.docx or .xlsx) and choose it again")


def _ensure_small_directory(content: IO[bytes], broken: NotAccepted) -> None:
    """Look at the archive's last record before its directory is read as a whole."""
    size = content.seek(0, 2)
    content.seek(max(0, size - 66_000))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22 or b"PK\x06\x07" in tail:
        raise broken
    parts, directory = struct.unpack_from("<HL", tail, at + 10)
    if parts >= MOST_PARTS or directory > 4 * MB:
        raise NotAccepted("This file unpacks to far more than a document. Make it smaller, or save it as PDF")


# Storing and giving back


def store(upload: Checked, *, uploaded_by: int | None = None) -> File:
    """Keep the file, in the caller's transaction."""
    file = File(
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        created_at=now(),
        uploaded_by=uploaded_by,
    )
    db.session.add(file)
    db.session.flush()
    upload.content.seek(0)
    for number, piece in enumerate(iter(lambda: upload.content.read(CHUNK), b"")):
        db.session.execute(insert(FileChunk).values(file_id=file.id, n=number, data=piece))
    return file


def chunks(file: File) -> Iterator[bytes]:
    """The content of a file that was saved, piece by piece. No connection is held between two pieces, nor the session used."""
    engine, file_id, size = db.engine, file.id, file.size

    def pieces() -> Iterator[bytes]:
        for number in range(-(-size // CHUNK)):
            wanted = select(FileChunk.data).where(FileChunk.file_id == file_id, FileChunk.n == number)
            with engine.connect() as connection:
                piece = connection.execute(wanted).scalar_one_or_none()
            if piece is None:  # removed while it was read
                return
            yield piece

    return pieces()


def download_response(file: File) -> Response:
    """The file as an attachment that no browser opens in our name."""
    response = Response(chunks(file), mimetype=file.content_type)
    plain = unicodedata.normalize("NFKD", file.name).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\;%]', "", plain).strip() or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY_OF_UPLOADS
    response.headers["Cache-Control"] = "private, no-store"
    return response
