"""Configuration: a class for each way of running, every setting readable from the environment (or a `.env` file)."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent

#: What is made on this machine: the embedded database, a development secret.
VAR = Path(os.environ.get("PITCHPIT_VAR", ROOT / "var"))


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(int(default))).strip().lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise SystemExit(f"{name} must be a whole number, like {default}; it is “{text}”.") from None


def _development_secret() -> str:
    """A secret of this machine's own, made once, so that sign-ins outlive a restart."""
    file = VAR / "secret_key"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text().strip()


class Config:
    """What holds everywhere. Instances read the environment once, when they are made."""

    #: "development" (a laptop, the default) or "production" (a trust).
    PITCHPIT_ENV = "development"

    def __init__(self) -> None:
        env = os.environ
        self.SECRET_KEY = env.get("SECRET_KEY", "")
        self.DATABASE_URL = env.get("DATABASE_URL") or f"sqlite:///{VAR / 'pitchpit.db'}"
        self.HOST = env.get("HOST", "127.0.0.1")
        self.PORT = _number("PORT", 8000)
        self.WEB_PROCESSES = _number("WEB_PROCESSES", 2)
        self.WEB_THREADS = _number("WEB_THREADS", 8)
        #: The address people use, for links in mails: https://ideas.trust.example
        self.PUBLIC_URL = env.get("PUBLIC_URL", f"http://{self.HOST}:{self.PORT}").rstrip("/")
        self.TRUSTED_PROXIES = _number("TRUSTED_PROXIES", 0)

        self.TRUST_NAME = env.get("TRUST_NAME", "")
        self.DIVISION_LEVEL = env.get("DIVISION_LEVEL", "division")
        #: The trust's own closed days, besides weekends and bank holidays: 2026-12-24,2026-12-31
        self.CLOSED_DAYS = env.get("CLOSED_DAYS", "")
        #: Who to call about a risk now, an incident or a worry: shown above the form, one line.
        self.CONCERN_CONTACT = env.get(
            "CONCERN_CONTACT", "your manager, the incident form or the Freedom to Speak Up guardian"
        )

        #: smtp (with MAIL_SERVER), log (write mails to the log), or off (notices stay in the inbox).
        self.MAIL_SERVER = env.get("MAIL_SERVER", "")
        self.MAIL = env.get("MAIL") or ("smtp" if self.MAIL_SERVER else "log")
        self.MAIL_PORT = _number("MAIL_PORT", 25)
        self.MAIL_FROM = env.get("MAIL_FROM", "Pitchpit <pitchpit@localhost>")
        self.MAIL_USERNAME = env.get("MAIL_USERNAME", "")
        self.MAIL_PASSWORD = env.get("MAIL_PASSWORD", "")
        self.MAIL_STARTTLS = _flag("MAIL_STARTTLS")

        self.METRICS_TOKEN = env.get("METRICS_TOKEN", "")
        self.DEMO_PASSWORD = env.get("DEMO_PASSWORD", "pitchpit-demo")

        # Sign-ins: an idle and an absolute limit, shorter on a shared computer.
        self.SIGN_IN_IDLE = timedelta(minutes=_number("SIGN_IN_IDLE_MINUTES", 120))
        self.SIGN_IN_ABSOLUTE = timedelta(hours=_number("SIGN_IN_ABSOLUTE_HOURS", 12))
        self.SHARED_IDLE = timedelta(minutes=_number("SHARED_IDLE_MINUTES", 10))
        self.SHARED_ABSOLUTE = timedelta(minutes=_number("SHARED_ABSOLUTE_MINUTES", 60))

        # Flask and its friends.
        self.SESSION_COOKIE_NAME = "pitchpit"
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.WTF_CSRF_TIME_LIMIT = None  # as long as the sign-in
        self.MAX_CONTENT_LENGTH = 25 * 1024 * 1024
        # A form as the browser sends it: 225,000 characters in any script (up to 12 bytes each on the way), and the rest of the form.
        self.MAX_FORM_MEMORY_SIZE = 2_900_000
        self.MAX_FORM_PARTS = 2_000


class Development(Config):
    """A laptop: everything has a default."""

    def __init__(self) -> None:
        super().__init__()
        self.SECRET_KEY = self.SECRET_KEY or _development_secret()


class Production(Config):
    """A trust: refuses to start without a secret, and cookies travel over https alone."""

    PITCHPIT_ENV = "production"

    def __init__(self) -> None:
        super().__init__()
        if len(self.SECRET_KEY) < 32:
            raise SystemExit(
                "Production needs SECRET_KEY: set it to at least 32 random characters (openssl rand -hex 32)."
            )
        self.SESSION_COOKIE_SECURE = True
        self.SESSION_COOKIE_NAME = "__Host-pitchpit"
        self.PREFERRED_URL_SCHEME = "https"


def from_environment() -> Config:
    """The configuration that PITCHPIT_ENV asks for. Reads `.env` beside this file first; the environment wins."""
    from dotenv import load_dotenv

    load_dotenv(ROOT / ".env")
    which = os.environ.get("PITCHPIT_ENV", "development")
    known = {"development": Development, "production": Production}
    if which not in known:
        raise SystemExit(f"PITCHPIT_ENV must be development or production; it is “{which}”.")
    return known[which]()
