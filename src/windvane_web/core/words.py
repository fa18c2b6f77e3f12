"""English for the Chinese words of the pages: fragments ``locale/en/<app>.yaml`` (Chinese: English) become one compiled catalogue.

The Chinese text is the key, so Chinese needs no catalogue. Words in use are found in the sources, so that a test can say what is missing.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import yaml
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parent.parent
FRAGMENTS = PACKAGE / "locale" / "en"
CATALOGUE = FRAGMENTS / "LC_MESSAGES" / "django.mo"
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_TEMPLATE = re.compile(r"""gettext\(\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
BARE_IN_TEMPLATE = re.compile(r"""(?<![\w.])_\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


def fragments() -> list[tuple[str, str, str]]:
    """Every line of every fragment: file, Chinese, English."""
    found = []
    for path in sorted(FRAGMENTS.glob("*.yaml")):
        words = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found += [(path.name, str(zh), str(en)) for zh, en in words.items()]
    return found


def translations() -> dict[str, str]:
    """All fragments together."""
    return {zh: en for _name, zh, en in reversed(fragments())}


def clashes() -> list[tuple[str, str, str]]:
    """Lines that give a text other English than the fragment before: one Chinese word has one English word everywhere."""
    known = translations()
    return [(name, zh, en) for name, zh, en in fragments() if known[zh] != en]


def used() -> dict[str, set[str]]:
    """Every Chinese text marked for translation, with the files it stands in."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in _of_python(path.read_text(encoding="utf-8")):
            found.setdefault(text, set()).add(str(path.relative_to(PACKAGE)))
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        for text in _of_template(path.read_text(encoding="utf-8")):
            found.setdefault(text, set()).add(str(path.relative_to(PACKAGE)))
    return {text: files for text, files in found.items() if CHINESE.search(text)}


def _of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _of_template(source: str) -> Iterator[str]:
    ready = templatize(source)
    for quoted in [*IN_TEMPLATE.findall(ready), *BARE_IN_TEMPLATE.findall(ready)]:
        yield ast.literal_eval(quoted)


def missing() -> dict[str, set[str]]:
    """Texts in use that have no English, with their files."""
    known = translations()
    return {text: files for text, files in used().items() if not known.get(text)}


def compiled(words: dict[str, str]) -> bytes:
    """The catalogue in the binary form of GNU gettext: a table of keys, a table of texts, both sorted by key."""
    pairs = sorted((zh.encode(), en.encode()) for zh, en in {"": HEADER, **words}.items())
    count, start = len(pairs), 28
    offset = start + 16 * count
    tables: list[bytes] = []
    body = b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), offset + len(body)))
            body += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, offset)
    return head + b"".join(tables) + body


def merge() -> int:
    """Write the catalogue; return how many texts it holds."""
    words = translations()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(compiled(words))
    return len(words)
