"""Files that people hand in: taken for what their content says, kept once under their digest, never changed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO, Protocol

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

LARGEST = 20 * 2**20  # bytes
ZIPPED = "application/zip"
OLD_OFFICE = "application/x-ole-storage"
KINDS = {  # suffix: kind by content, whatever the browser says
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".ofd": "application/ofd",
    ".zip": ZIPPED,
    ".doc": OLD_OFFICE,
    ".xls": OLD_OFFICE,
    ".wps": OLD_OFFICE,
    ".et": OLD_OFFICE,
    ".csv": "text/csv",
    ".txt": "text/plain",
}
ACCEPT = ",".join(KINDS)
_MARKS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"\xd0\xcf\x11\xe0": OLD_OFFICE}
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx", "OFD.xml": ".ofd"}
_ACTIVE = re.compile(r"(?:vbaProject\.bin|\.(?:exe|dll|scr|bat|cmd|js|vbs|ps1|lnk|hta|jar|html?|svg))$", re.IGNORECASE)


class Uploaded(Protocol):
    """What is used of a file that came with a request."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """A file that was looked into. Its text is what the audit line keeps of it."""

    name: str
    content: bytes
    kind: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name} sha256:{self.digest}"


def checked(file: Uploaded) -> Upload:
    """Return the file if it may be kept; else say why not."""
    name = plain_name(file.name or "")
    if (file.size or 0) > LARGEST:
        raise ValidationError(_("%(name)s：文件超过 %(most)s MB。") % {"name": name, "most": LARGEST // 2**20})
    content = file.read()
    if not content:
        raise ValidationError(_("%(name)s：文件是空的。") % {"name": name})
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        raise ValidationError(_("%(name)s：不接收这种文件，请转为 PDF、图片、Word、Excel、OFD 或 ZIP。") % {"name": name})
    if _kind(content, suffix) != KINDS[suffix]:
        raise ValidationError(_("%(name)s：文件内容与扩展名不符，或含有可执行内容。") % {"name": name})
    return Upload(name, content, KINDS[suffix], hashlib.sha256(content).hexdigest())


def plain_name(name: str) -> str:
    """The last part of a name, without characters that deceive or break a header."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C" and c not in '"<>|:*?')
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    return f"{stem[:150]}{dot}{suffix[:10]}" or "file"


def _kind(content: bytes, suffix: str) -> str:
    for mark, kind in _MARKS.items():
        if content.startswith(mark):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _of_zip(BytesIO(content), suffix)
    return KINDS[suffix] if suffix in (".csv", ".txt") and _is_text(content) else ""


def _of_zip(file: IO[bytes], suffix: str) -> str:
    """Only names are read; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(_ACTIVE.search(name) for name in names):
        return ""
    return next((KINDS[known] for part, known in _PARTS.items() if part in names), ZIPPED) if suffix != ".zip" else ZIPPED


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not any(ord(c) < 32 and c not in "\t\r\n" for c in content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def keep(upload: Upload) -> str:
    """Write the content under its digest, once; return where it is."""
    path = f"evidence/{upload.digest[:2]}/{upload.digest}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(upload.content))
    return path
