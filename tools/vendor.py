"""Fetch the front-end files that windvane_web serves itself: `python tools/vendor.py`.

Exact versions, taken with `npm pack` from whatever registry npm is set up for; nothing of npm is needed at run time.
Writes the files, each package's licence, and VENDORED.json with version, licence and SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src" / "windvane_web" / "static" / "windvane_web" / "vendor"
WANTED = {
    ("htmx.org", "2.0.11"): {"dist/htmx.min.js": "htmx.min.js"},
    ("@tabler/core", "1.6.1"): {"dist/css/tabler.min.css": "tabler.min.css"},
}
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt")
# for packages that state MIT and a copyright line in the file itself but ship no text of the licence
MIT = """MIT License

The copyright line stands at the head of the file.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def pack(name: str, version: str, folder: Path) -> tarfile.TarFile:
    """Download one package as npm would and open it."""
    asked = ["npm", "pack", "--silent", f"{name}@{version}"]
    answer = subprocess.run(asked, cwd=folder, check=True, capture_output=True, text=True)
    return tarfile.open(folder / answer.stdout.strip().splitlines()[-1])


def read(archive: tarfile.TarFile, name: str) -> bytes | None:
    """Return a file of the package, or None."""
    try:
        found = archive.extractfile(f"package/{name}")
    except KeyError:
        return None
    return found.read() if found else None


def take(name: str, version: str, files: dict[str, str], folder: Path) -> list[dict[str, str]]:
    """Copy the wanted files and the licence; return their lines of VENDORED.json."""
    with pack(name, version, folder) as archive:
        licence = json.loads(read(archive, "package.json") or b"{}").get("license", "")
        text = next((found for one in LICENCES if (found := read(archive, one))), None)
        if text is None and licence == "MIT":
            text = MIT.encode()
        if text:
            (TARGET / f"LICENSE.{name.strip('@').replace('/', '-')}").write_bytes(text)
        return [write(name, version, licence, read(archive, source), target) for source, target in files.items()]


def write(name: str, version: str, licence: str, content: bytes | None, target: str) -> dict[str, str]:
    """Write one file without its pointer to a source map, which is not served."""
    if content is None:
        raise SystemExit(f"{name} {version} has no file for {target}")
    lines = [line for line in content.decode().splitlines() if "sourceMappingURL=" not in line]
    (TARGET / target).write_text("\n".join(lines) + "\n", encoding="utf-8")
    digest = hashlib.sha256((TARGET / target).read_bytes()).hexdigest()
    return {"file": target, "package": name, "version": version, "licence": licence, "sha256": digest}


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        lines = [line for (name, version), files in WANTED.items() for line in take(name, version, files, Path(scratch))]
    (TARGET / "VENDORED.json").write_text(json.dumps(lines, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
