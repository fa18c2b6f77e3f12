"""All settings in one file. What differs between places comes from the environment; the defaults run on one machine with SQLite."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

HERE = Path(__file__).parent
DATA = Path(os.environ.get("WINDVANE_DATA", "data")).resolve()
DEBUG = os.environ.get("WINDVANE_DEBUG", "") == "yes"
DEMO = False  # `manage.py serve_demo` alone turns it on: logins are told on the login page


def _secret() -> str:
    """The secret of this installation: from the environment, or made once and kept beside the data, readable by the owner alone."""
    if given := os.environ.get("WINDVANE_SECRET"):
        return given
    from django.core.management.utils import get_random_secret_key  # only when there is none yet

    path = DATA / "secret"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


SECRET_KEY = _secret()
ALLOWED_HOSTS = os.environ.get("WINDVANE_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "windvane_web.core",
    "windvane_web.org",
    "windvane_web.scheme",
    "windvane_web.work",
    "windvane_web.results",
    "windvane_web.rectify",
    "windvane_web.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "windvane_web.desk.showing.Preparing",  # only of the demonstration
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # open pages say @login_not_required
    "allauth.account.middleware.AccountMiddleware",
    "windvane_web.core.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "windvane_web.urls"
WSGI_APPLICATION = "windvane_web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "windvane_web.core.page.context",
                "windvane_web.org.page.context",
                "windvane_web.desk.showing.context",
            ],
            "string_if_invalid": "",
        },
    }
]


def _database() -> dict[str, Any]:
    """PostgreSQL where WINDVANE_POSTGRES names one, else an SQLite file."""
    if name := os.environ.get("WINDVANE_POSTGRES"):
        keys = {"HOST": "WINDVANE_PGHOST", "PORT": "WINDVANE_PGPORT", "USER": "WINDVANE_PGUSER", "PASSWORD": "WINDVANE_PGPASSWORD"}
        return {"ENGINE": "django.db.backends.postgresql", "NAME": name, **{key: os.environ.get(var, "") for key, var in keys.items()}}
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "windvane.sqlite3", "OPTIONS": options}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_ADAPTER = "windvane_web.org.adapter.NoSignup"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = DATA / "static"
SERVESTATIC_USE_FINDERS = True
MEDIA_ROOT = DATA / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 25_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("WINDVANE_HTTPS", "") == "yes"
SESSION_COOKIE_AGE = 12 * 3600
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip"}  # wrong passwords for one name are counted by axes
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_TOTP_ISSUER = "windvane"
MESSAGE_TAGS = {10: "ok", 20: "ok", 25: "ok", 30: "lag", 40: "late"}
AUDIT_FOLDER = Path(
    os.environ.get("WINDVANE_AUDIT", str(DATA / "audit"))
).resolve()  # signed heads of the audit chain; best on another disk
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
