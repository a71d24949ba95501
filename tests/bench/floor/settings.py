"""Django as ``startproject`` sets it up, on an SQLite as durable as the portal's."""

import os
from pathlib import Path

from thulium_portal.environment import Environment

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "floor-only-" + "x" * 50
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "tests.bench.floor.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

INSTALLED_APPS = [
    "tests.bench.floor",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": Environment(Path(os.devnull)).database(
        "FLOOR_DATABASE_URL", f"sqlite:///{os.environ['FLOOR_DATABASE']}", base_dir=BASE_DIR
    )
}
