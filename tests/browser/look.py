"""Open every HTML report under a folder in headless Chromium and check what a reader would see.

    python tests/browser/look.py results --pictures results/pictures

Each report must render a table of units with numbers in it, leave the console silent and hold
everything it shows: no picture, script or style may come from another file.
Needs nothing but Python and the `chromium` command.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

SECONDS = 90
CONSOLE = re.compile(r":CONSOLE[:(]")
NUMBER = re.compile(r"\d")
RANK = ("名次", "Rank")


@dataclass
class Seen(HTMLParser):
    """What of the rendered page matters: its title, the cells of each row of each table, what it fetches."""

    tables: list[list[list[str]]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    title: str = ""
    _inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        if tag in ("td", "th", "title"):
            self._inside.append(tag)
        address = dict(attrs).get("href" if tag == "link" else "src") or ""
        if address and not address.startswith("data:"):
            self.fetched.append(address)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            return
        if self._inside[-1] == "title":
            self.title += data
        elif self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data.strip()


def browse(page: Path, picture: Path) -> tuple[Seen, list[str]]:
    """Return what the page shows and what it said on the console; leave a picture of it."""
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        flags += ["--disable-component-update", "--disable-sync", "--enable-logging=stderr", f"--user-data-dir={profile}"]
        flags += ["--dump-dom", f"--screenshot={picture}", "--window-size=1366,1400", "--hide-scrollbars"]
        command = ["chromium", *flags, page.resolve().as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    seen = Seen()
    seen.feed(done.stdout)
    return seen, [line for line in done.stderr.splitlines() if CONSOLE.search(line)]


def faults(page: Path, pictures: Path) -> list[str]:
    """Return what is wrong with one report, in sentences."""
    picture = pictures / ("-".join(page.parts[-2:]) + ".png")
    seen, console = browse(page, picture)
    found = [f"the console says: {line}" for line in console]
    found += [f"the page fetches {address}" for address in seen.fetched]
    if not seen.title.strip():
        found.append("the page has no title")
    if not any(is_league(table) for table in seen.tables):
        found.append("no league table: no table has ranks and two rows with numbers")
    if not picture.exists():
        found.append("no picture could be taken")
    return found


def is_league(table: list[list[str]]) -> bool:
    """Tell whether a table has a column of ranks and at least two rows that hold a number each."""
    ranked = any(cell in RANK for row in table for cell in row)
    return ranked and len([row for row in table if len(row) >= 3 and any(NUMBER.search(cell) for cell in row)]) >= 2


def main(folder: Path, pictures: Path) -> int:
    if shutil.which("chromium") is None:
        print("chromium is not installed", file=sys.stderr)
        return 2
    pages = sorted(folder.rglob("*.html"))
    pictures.mkdir(parents=True, exist_ok=True)
    bad = 0 if pages else 1
    for page in pages:
        wrong = faults(page, pictures)
        bad += bool(wrong)
        print(f"{'wrong' if wrong else 'fine '} {page}", *wrong, sep="\n      ", flush=True)
    print(f"{len(pages)} pages opened, {bad} with faults; pictures in {pictures}" if pages else f"no HTML page under {folder}")
    return 1 if bad else 0


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path, help="where the reports are")
    words.add_argument("--pictures", type=Path, required=True, help="where to leave the pictures")
    given = words.parse_args()
    sys.exit(main(given.folder, given.pictures))
