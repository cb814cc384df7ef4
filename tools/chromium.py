"""Finds Chromium for the browser journeys and, where it may, installs it by the system's package manager.

Run by `make test`. Where Chromium cannot be had this says what is missing and still ends well: the journeys are then
marked skipped, which `CI=true` turns into failures.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-liberation")
MISSING = "Chromium is missing: install it (Debian: apt-get install {}), or say where it is with CHROMIUM=/path/to/it."


def find() -> str | None:
    """Where Chromium is: the CHROMIUM setting, or the first of its usual names on the PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str:
    """The sentence that says what to do when there is none."""
    return MISSING.format(" ".join(PACKAGES))


def main() -> int:
    """Have Chromium installed if that is possible without asking anybody."""
    if not find():
        install()
    if not find():
        print(f"{missing()} The browser journeys will not run.", flush=True)
    return 0


def install() -> None:
    """Install by apt-get, as root or by a sudo that asks no password; elsewhere do nothing."""
    become_root = as_root()
    if become_root is None or not shutil.which("apt-get"):
        return
    print(f"Installing {' and '.join(PACKAGES)} for the browser journeys ...", flush=True)
    quietly = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", *step]
        if subprocess.run(apt, check=False, **quietly).returncode:
            print(f"apt-get {step[0]} did not work; what it says is above.", flush=True)


def as_root() -> list[str] | None:
    """What to put before a command to run it as root, or None where that needs a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


if __name__ == "__main__":
    sys.exit(main())
