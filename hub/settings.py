"""Settings of the township's hub. Calls only `hub.config`.

What comes from the environment: SEALHUB_STATE (the state folder), SEALHUB_DATABASE and
SEALHUB_HOTLINE_DATABASE (postgres://… instead of SQLite in the state folder) and SEALHUB_SITE
(staff, public, blobs, enrol, hotline). The hotline's process reaches its own database and no other.
"""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlsplit

from hub import config as configuration

BASE_DIR = Path(__file__).resolve().parent
STATE = Path(os.environ.get("SEALHUB_STATE", "var/hub")).absolute()
SITE = os.environ.get("SEALHUB_SITE", "staff")


def _secret_key(file: Path) -> str:
    """What `sealhub init` wrote; before that one that no other process will ever accept."""
    return file.read_text("ascii").strip() if file.exists() else token_urlsafe(50)


def _origins(state: Path) -> list[str]:
    if not (state / configuration.FILE).exists():
        return []
    origins = configuration.read(state).origins
    return [origins.staff, origins.public]


def _hotline(state: Path) -> str:
    if not (state / configuration.FILE).exists():
        return ""
    return configuration.read(state).hotline_origin


def _logs(state: Path) -> str:
    if not (state / configuration.FILE).exists():
        return configuration.LOGS[0]
    return configuration.read(state).logs


def _database(name: str, url: str | None) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": STATE / name,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                # Without recursive triggers a row that is replaced is deleted past its trigger.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                    "PRAGMA recursive_triggers=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"{name}: postgres://user:password@host:port/name expected")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


SECRET_KEY = _secret_key(STATE / "secret.key")
DEBUG = False
ALLOWED_HOSTS = [
    "localhost",
    ".localhost",
    "127.0.0.1",
    *(str(urlsplit(o).hostname) for o in (*_origins(STATE), _hotline(STATE)) if o),
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_OWN = _database("hotline.sqlite3", os.environ.get("SEALHUB_HOTLINE_DATABASE"))
DATABASES = {
    "default": _OWN
    if SITE == "hotline"
    else _database("hub.sqlite3", os.environ.get("SEALHUB_DATABASE")),
    "hotline": _OWN,
}
DATABASE_ROUTERS = ["hub.hotline.router.Router"]

_ALL_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "hub.people",
    "hub.audit",
    "hub.revocations",
    "hub.redaction",
    "hub.approvals",
    "hub.blobs",
    "hub.catalogue",
    "hub.applications",
    "hub.requests",
    "hub.devices",
    "hub.fleet",
    "hub.ingest",
    "hub.log",
    "hub.api",
    "hub.exports",
    "hub.notices",
    "hub.port",
    "hub.searches",
    "hub.records",
    "hub.reading",
    "hub.alarms",
    "hub.daily",
    "hub.cases",
    "hub.checks",
    "hub.handovers",
    "hub.duty",
    "hub.menu",
    "hub.registers",
    "hub.relief",
    "hub.disclosure",
    "hub.services",
    "hub.hotline",
    "hub.affairs",
]
INSTALLED_APPS = ["django.contrib.staticfiles", "hub.hotline"] if SITE == "hotline" else _ALL_APPS
ROOT_URLCONF = f"hub.urls_{SITE}"
MIDDLEWARE = {
    "staff": [
        "hub.security.SecurityHeaders",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "hub.audit.recorder.Recorder",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    "public": ["hub.security.SecurityHeaders", "django.middleware.common.CommonMiddleware"],
    "blobs": ["hub.security.SecurityHeaders"],
    "enrol": ["hub.security.SecurityHeaders"],
    "hotline": ["hub.security.SecurityHeaders", "hub.hotline.quiet.NotKept"],
}[SITE]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

_HTTPS = any(origin.startswith("https://") for origin in _origins(STATE)[:1])
SESSION_COOKIE_NAME = "sealhub"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hub.people.session.foreign"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_TRUSTED_ORIGINS = _origins(STATE)[:1]
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 << 20 if SITE == "hotline" else 2_621_440
"""What is sent to the hotline is not laid on the disk on its way; else Django's own figure."""
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "hub.operate.lines.JsonLines"},
        "quiet": {"()": "hub.hotline.quiet.Lines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "quiet" if SITE == "hotline" else _logs(STATE),
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "fontTools": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
