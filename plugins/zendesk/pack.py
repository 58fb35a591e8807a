"""Packs the app into the file that Zendesk takes: `python pack.py amends.example.com`."""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from pathlib import Path

APP = Path(__file__).parent
PARTS = ("assets", "translations")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)


def main() -> None:
    """Write the file, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host", help="the host of Amends: the only one to which Zendesk sends the access key")
    parser.add_argument("--to", type=Path, default=Path("amends-zendesk.zip"), help="the file (%(default)s)")
    given = parser.parse_args()
    if not HOST.fullmatch(given.host):
        parser.error(f"{given.host!r} is no host: give its name alone, such as amends.example.com")
    pack(given.host, given.to)
    sys.stdout.write(f"{given.to}\n")


def pack(host: str, to: Path) -> None:
    """Write the app for one host of Amends into a file."""
    manifest = json.loads((APP / "manifest.json").read_text(encoding="utf-8")) | {"domainWhitelist": [host]}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", json.dumps(manifest, indent=2))
        for path in sorted(each for part in PARTS for each in (APP / part).rglob("*") if each.is_file()):
            file.write(path, path.relative_to(APP).as_posix())


if __name__ == "__main__":
    main()
