"""Settings of the township's hub. Calls nothing of ours; where its state lies says SEALHUB_STATE."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
STATE = Path(os.environ.get("SEALHUB_STATE", "var/hub"))

SECRET_KEY = "only for settings that are never served"  # noqa: S105
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": STATE / "hub.sqlite3"}}
