"""Signed heads of the audit chain, kept in a folder that may lie on another disk or machine.

The chain alone shows lines that were changed or taken out of its middle. A checkpoint also shows that its end was cut off or that the
whole was written anew: the line of that number must still have that digest. The key that signs stays with the system administrator;
whoever checks keeps a copy of the public key and of the checkpoints.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from windvane_web.core.audit import Break
from windvane_web.core.models import Entry, Head

RAW = serialization.Encoding.Raw


@dataclass(frozen=True)
class Checkpoint:
    number: int
    digest: str
    at: str
    signature: str

    def text(self) -> bytes:
        """What is signed."""
        return f"windvane audit\n{self.number}\n{self.digest}\n{self.at}\n".encode()


def _folder() -> Path:
    folder = Path(settings.AUDIT_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _key() -> Ed25519PrivateKey:
    """The signing key; made at the first checkpoint, readable by the owner alone."""
    path = _folder() / "signing.key"
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(RAW, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
    public = key.public_key().public_bytes(RAW, serialization.PublicFormat.Raw)
    (_folder() / "public.key").write_text(public.hex() + "\n", encoding="ascii")
    return key


def sign() -> Checkpoint:
    """Sign the head of the chain as it is now and add it to the file."""
    head = Head.objects.get(pk=1)
    plain = Checkpoint(head.number, head.digest, timezone.now().replace(microsecond=0).isoformat(), "")
    signed = Checkpoint(plain.number, plain.digest, plain.at, _key().sign(plain.text()).hex())
    with (_folder() / "checkpoints.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(vars(signed)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return signed


def kept() -> list[Checkpoint]:
    """All checkpoints, the oldest first."""
    path = _folder() / "checkpoints.jsonl"
    return [Checkpoint(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def public_key(path: Path | None = None) -> Ed25519PublicKey | None:
    """The key to check with: a copy given, else the one beside the checkpoints."""
    path = path or _folder() / "public.key"
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip())) if path.exists() else None


def faults(key: Ed25519PublicKey | None) -> Iterator[Break]:
    """Checkpoints that are not signed by the key, and lines that are not what was signed."""
    for one in kept():
        if key is None or not _signed(key, one):
            yield Break(one.number, "signature")
        elif one.number and Entry.objects.filter(number=one.number).values_list("digest", flat=True).first() != one.digest:
            yield Break(one.number, "checkpoint")


def _signed(key: Ed25519PublicKey, one: Checkpoint) -> bool:
    try:
        key.verify(bytes.fromhex(one.signature), one.text())
    except (InvalidSignature, ValueError):
        return False
    return True
