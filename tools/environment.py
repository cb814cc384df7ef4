"""Builds .venv from a hashed lock file and puts the `pitchpit` command into it.

Runs under whatever Python the machine calls python3, so that a Python which is too old hears a sentence and not a
syntax error: nothing newer than Python 3.6 in this file, and the standard library alone.

Whether the environment is up to date is decided by content (the lock, this file, the Python, the folder) and not by
file times, which every checkout changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
RUN, TEST = "requirements.txt", "requirements-test.txt"
OLDEST = (3, 11)

COMMAND = """#!{python}
import sys

from pitchpit.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


def main(arguments):
    """Make the environment ready to run Pitchpit, and with --test to test it."""
    ensure_python()
    wanted = [RUN, TEST] if "--test" in arguments else [RUN]
    if not is_done(RUN):
        remove(VENV)
        subprocess.check_call([sys.executable, "-m", "venv", VENV])
    for lock in wanted:
        if not is_done(lock):
            print("Installing what %s lists into .venv ..." % lock, flush=True)
            install(lock)
    return 0


def ensure_python():
    """Stop with one sentence that says what to do when this Python cannot carry Pitchpit."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            "Pitchpit needs Python 3.11 or newer, and %s is %s. Install a newer one, or name it: make run PYTHON=python3.12"
            % (sys.executable, found)
        )
    try:
        import ensurepip  # noqa: F401  # only asked whether it is there: Debian packs it apart
        import venv  # noqa: F401 - only to see whether it is there
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv,"
            " then run make again."
        )


def install(lock):
    """Install exactly what the lock names, building nothing (a build fetches what no hash guards); mark it as done."""
    remove(stamp(lock))
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    pip += ["--require-hashes", "--only-binary=:all:"]
    if subprocess.call([*pip, "-r", os.path.join(ROOT, lock)]):
        sys.exit("Installing %s did not work; what pip says is above. Nothing was changed outside .venv." % lock)
    add_project()
    with open(stamp(lock), "w") as file:
        file.write(fingerprint(lock))


def add_project():
    """Make the checkout importable and give it its command, without a build (a new environment has no setuptools)."""
    site = subprocess.check_output([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    with open(os.path.join(site.decode().strip(), "pitchpit-checkout.pth"), "w") as file:
        file.write(ROOT + "\n")
    command = os.path.join(VENV, "bin", "pitchpit")
    with open(command, "w") as file:
        file.write(COMMAND.format(python=PYTHON))
    os.chmod(command, 0o755)  # noqa: S103  # a command is for everybody to run


def is_done(lock):
    """Whether this lock was installed here, by this Python, just as it reads now."""
    try:
        with open(stamp(lock)) as file:
            return file.read() == fingerprint(lock)
    except OSError:
        return False


def fingerprint(lock):
    """A digest of all that the environment was made from; the test lock stands on the run lock."""
    digest = hashlib.sha256()
    for path in (os.path.join(ROOT, lock), os.path.join(ROOT, RUN), os.path.abspath(__file__)):
        with open(path, "rb") as file:
            digest.update(file.read())
    digest.update(repr((ROOT, sys.version)).encode())
    return digest.hexdigest()


def stamp(lock):
    """Where the mark of an installed lock is kept."""
    return os.path.join(VENV, "." + lock + ".installed")


def remove(path):
    """Remove a file or a folder, or leave things as they are where there is none."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped before .venv was ready; the next make goes on from there.")
