"""Asks of every locked package whether something is known against it: `python -m tests.audit.run` for `make audit`.

pip-audit ends well also where no service knew a single package. Here it has to find a version that is known to be
vulnerable, and to have asked about packages at all, before anything is called clean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.audit.advisories import Advisories, answering

PROGRAM = str(Path(sys.executable).with_name("pip-audit"))
KNOWN = "jinja2==2.4.1"  # vulnerable by every database: one that does not say so knows nothing
TIMEOUT_S = "15"
SERVICES = ("pypi", "osv")
ADVICE = """No service could be asked about the packages, so nothing is known of them. What helps:
- run it where the package index answers about vulnerabilities, or where OSV can be reached;
- or give it a copy of the PyPA advisory database, or of OSV's advisories for PyPI, as a folder of files:
  make audit ADVISORIES=/path/to/advisory-database"""


@dataclass(frozen=True, slots=True)
class Audit:
    """What one service said: the packages that it knew, those that it could not be asked about, and the findings."""

    audited: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    fault: str = ""


def audit(requirements: Sequence[Path], service: Sequence[str]) -> Audit:
    """Ask a service about pinned requirements."""
    with tempfile.TemporaryDirectory(prefix="amends-audit-") as folder:
        out = Path(folder) / "found.json"
        chosen = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--timeout", TIMEOUT_S, *service]
        files = [part for each in requirements for part in ("--requirement", str(each))]
        command = [PROGRAM, *files, *chosen, "--format", "json", "--output", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not out.exists():
            return Audit(fault=(done.stderr.strip() or "it said nothing").splitlines()[-1])
        return read(json.loads(out.read_text(encoding="utf-8"))["dependencies"])


def read(packages: Sequence[Mapping[str, Any]]) -> Audit:
    """What stands in pip-audit's report."""
    return Audit(
        audited=tuple(each["name"] for each in packages if "vulns" in each),
        skipped=tuple(each["name"] for each in packages if "vulns" not in each),
        findings=tuple(_told(each, finding) for each in packages for finding in each.get("vulns", ())),
    )


def _told(package: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    mended = ", ".join(finding["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {finding['id']}, mended in {mended}"


def try_out(service: Sequence[str]) -> Audit:
    """What a service says of what every one has to find."""
    with tempfile.TemporaryDirectory(prefix="amends-audit-") as folder:
        requirements = Path(folder) / "known.txt"
        requirements.write_text(f"{KNOWN}\n", encoding="utf-8")
        return audit([requirements], service)


def report(name: str, found: Audit) -> bool:
    """Say what one service found; whether every package was asked about and is clean."""
    say(f"{name}: {len(found.audited)} packages audited, {len(found.skipped)} could not be")
    for line in found.skipped:
        say(f"  not audited: {line}")
    for line in found.findings:
        say(f"  FOUND {line}")
    return not found.findings


def run(requirements: Sequence[Path], advisories: Path | None) -> bool:
    """Ask the first service that answers; whether one did, and had nothing against any package."""
    with ExitStack() as stack:
        services = {name: ["--vulnerability-service", name] for name in SERVICES}
        if advisories:
            read_in = Advisories.read(advisories)
            say(f"{advisories}: {read_in.count:,} advisories, the newest of {read_in.newest}: it knows nothing later")
            url = stack.enter_context(answering(read_in))
            services = {"the folder": ["--vulnerability-service", "osv", "--osv-url", url]}
        for name, service in services.items():
            tried = try_out(service)
            found = audit(requirements, service) if tried.findings else tried
            if tried.findings and found.audited:
                return report(name, found)
            say(f"{name}: {found.fault or 'knows nothing, not even against ' + KNOWN}")
    say(ADVICE)
    return False


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")


def main() -> None:
    """Read the command line and audit."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit.run", description=__doc__)
    parser.add_argument("requirements", type=Path, nargs="+", help="files of pinned ones, one a line")
    parser.add_argument("--advisories", type=Path, help="a folder to look in, in place of the services")
    given = parser.parse_args()
    sys.exit(not run(given.requirements, given.advisories))


if __name__ == "__main__":
    main()
