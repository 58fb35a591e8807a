"""Makes the peers' environments, apart from Amends and from each other: `python -m benchmarks.speed.peers FOLDER`.

One that is there already is left as it is. About 1.5 GB and some minutes in all.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = {
    "guardrails-ai": ("guardrails-ai[api]==0.11.0", "fastapi==0.165.0", "uvicorn==0.54.0", "openai==2.54.0"),
    "litellm": ("litellm[proxy]==1.106.2",),
    "nemoguardrails": ("nemoguardrails[server]==0.24.1",),
}


def main() -> None:
    """Make what is missing."""
    for name, requirements in REQUIREMENTS.items():
        place = Path(sys.argv[1]) / name
        if not place.exists():
            sys.stdout.write(f"{place}: {' '.join(requirements)}\n")
            venv.create(place, with_pip=True)
            subprocess.run([place / "bin" / "python", "-m", "pip", "install", "--quiet", *requirements], check=True)


if __name__ == "__main__":
    main()
