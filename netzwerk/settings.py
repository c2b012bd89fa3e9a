"""Settings of the portal. Every value that differs between machines comes from the environment (README)."""

import secrets
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kit import phones
from netzwerk import database, logs, region
from netzwerk import environment as env

django_stubs_ext.monkeypatch()  # lets ModelForm, ModelAdmin and others name their model: ModelForm[Newsletter]

BASE_DIR = env.BASE_DIR
DATA_DIR = env.DATA_DIR

# the site's own facts ---------------------------------------------------------------------------------------

PORT = env.number("PORT", 8000)
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Netzwerk Siegen-Wittgenstein")
REGION = env.text("REGION", "Siegen-Wittgenstein")
SITE_OWNERS = env.text(
    "SITE_OWNERS",
    "Gleichstellungsstellen des Kreises Siegen-Wittgenstein und der Universitätsstadt Siegen",
)
CONTACT_PHONE = phones.spelt(env.text("CONTACT_PHONE", "030 23125-100"))
MUNICIPALITIES = region.MUNICIPALITIES
OUTSIDE = region.OUTSIDE
DISTRICTS = region.DISTRICTS
AREAS = region.AREAS
EXIT_URL = env.text("EXIT_URL", "https://www.dwd.de/")

_site = urlsplit(SITE_URL)
SECURE = _site.scheme == "https"
LOCAL = _site.hostname in {"127.0.0.1", "localhost", "::1"}
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL must be an http(s) address, not {SITE_URL!r}.")
if DEMO and not LOCAL:
    raise ImproperlyConfigured("DEMO is for this machine only: SITE_URL must be a loopback address.")
if not LOCAL and not SECURE:
    raise ImproperlyConfigured("A portal that others can reach needs an https SITE_URL.")

SECRET_KEY = env.secret("SECRET_KEY", local=LOCAL)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
HASH_KEY = env.secret("HASH_KEY", local=LOCAL)
# Seals what second factors need (netzwerk/models/factors.py); older keys still open what they have sealed.
FACTOR_KEY = env.secret("FACTOR_KEY", local=LOCAL)
FACTOR_KEY_FALLBACKS = env.words("FACTOR_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [_site.hostname]
if LOCAL and not env.words("ALLOWED_HOSTS"):
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []

# Reverse proxies in front of us whose X-Forwarded-For and -Proto can be believed; 0: none, the headers are ignored.
PROXY_COUNT = env.number("PROXY_COUNT", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None

# applications -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "netzwerk.apps.NetzwerkConfig",
    "events.apps.EventsConfig",
    "members.apps.MembersConfig",
    "wegweiser.apps.WegweiserConfig",
    "mailings.apps.MailingsConfig",
    "netzwerk.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.flatpages",
    "django_otp",
    "django_otp_webauthn",
    "axes",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "netzwerk.middleware.VisitorAddressMiddleware",
    "netzwerk.middleware.PermissionsPolicyMiddleware",
    "netzwerk.middleware.BodyLimitMiddleware",
    "netzwerk.middleware.DatabaseAwayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "netzwerk.middleware.KeptPagesMiddleware",
    # sees what sessions and CSRF tokens add, and no static files, which lie compressed on the disk
    "netzwerk.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "netzwerk.signing_in.sessions.SessionLimitsMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "netzwerk.urls"
WSGI_APPLICATION = "netzwerk.wsgi.application"
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "netzwerk.pages.context.site",
            ],
            # its {% csrf_token %} says for whom a form of the desk was made
            "builtins": ["kit.desk.csrf_tag"],
        },
    }
]
# `crispy` looks for its pack under this name; the messages of a public page are pages, never a cookie.
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# database -----------------------------------------------------------------------------------------------------

# Unset: the embedded PostgreSQL. Only a page's statements have a time-out (wsgi.py): imports, migrations and the
# worker may take their time.
DATABASES = {"default": database.configuration(env.text("DATABASE_URL"), env.number("STATEMENT_TIMEOUT", 0))}

# mail ---------------------------------------------------------------------------------------------------------

# smtp://user:password@host:port (smtps:// for implicit TLS, ?tls=1 for STARTTLS), or a provider: brevo://key@
# (mailings/sending/providers.py). Unset: a folder that can be read in the browser.
EMAIL_URL = env.text("EMAIL_URL", f"folder://{DATA_DIR / 'mails'}")
EMAIL_API_KEY = env.text("EMAIL_API_KEY")
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20)
MAIL_LEASE = env.number("MAIL_LEASE", 180)
# What the mail server bears: connections at once, and mails a minute (0: as fast as it goes), all workers together.
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", 3)
MAIL_PER_MINUTE = env.number("MAIL_PER_MINUTE", 0)
# Seconds before the next try when none of the workers could connect.
MAIL_PAUSE = env.number("MAIL_PAUSE", 30)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "post@netzwerk.example" if LOCAL else "")
REPLY_TO = env.text("REPLY_TO", "kontakt@netzwerk.example" if LOCAL else "")
if not DEFAULT_FROM_EMAIL or not REPLY_TO:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL and REPLY_TO are missing: parents will answer by replying.")
# Where mails come back to that cannot be delivered, and how that mailbox is read: imaps://user:password@host/INBOX
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS")
BOUNCE_IMAP_URL = env.text("BOUNCE_IMAP_URL")
# The passwords (user: post) with which the provider reports bounces and complaints; two while they change.
WEBHOOK_SECRET = env.words("WEBHOOK_SECRET")
# anymail takes none for "let everybody in": then it gets one that nobody knows.
ANYMAIL = {"WEBHOOK_SECRET": [f"post:{secret}" for secret in WEBHOOK_SECRET or [secrets.token_urlsafe()]]}
# What ends with a complaint besides list mail, and who belongs to a group: mailings knows none of its clients.
ON_COMPLAINT = ["members.leaving.complained", "events.groups.leaving.complained"]
GROUP_CONSENT = "members.groups.memberships.stops"
# At its time, by the worker (mailings/sending/due.py).
QUEUE_MAIL = ["members.newsletters.scheduling.start_due", "events.event_mails.start_due"]
PERSON_URLS = "netzwerk.people.links.urls"  # the desk's page of who has an address (mailings/desk/progress_pages.py)
CURRENT_LINKS = ["events.links.current"]  # how links of a mail that is sent once more open (mailings/desk/resending.py)
# Addresses that are no strangers': mail to them never waits behind strangers' (mailings/strangers.py).
KNOWN_ADDRESSES = [
    "members.audience.known",
    "events.invitations.known",
    "wegweiser.curation.known",
    "netzwerk.accounts.passwords.known",
]

# Where backups go, and the file of erasures beside them. Unset: no backup is expected, the file is in the data folder.
BACKUP_DIR = env.text("BACKUP_DIR")
# The public keys (age) that a backup is encrypted to; and a file with a private one, only where backups are opened.
BACKUP_KEY = env.words("BACKUP_KEY")
BACKUP_IDENTITY = env.text("BACKUP_IDENTITY")
# The addresses that are told when something breaks, and when it is well again (netzwerk/watching).
OPERATOR_EMAIL = env.words("OPERATOR_EMAIL")

# Seconds that a person takes at least to fill in a public form; who is faster is asked to send it again (S-14).
FORM_SECONDS = 3

# How long what is kept (requirements P-03, P-10 to P-12); days unless named otherwise.
CONFIRM_HOURS = 72
ACCESS_HOURS = 24
UNDO_HOURS = 24
UNCONFIRMED_DAYS = 7
CONSENT_YEARS = env.number("CONSENT_YEARS", 3)
MAIL_TEXT_DAYS = 14
CHILDCARE_DAYS = env.number("CHILDCARE_DAYS", 7)  # after an event
ANSWER_DAYS = env.number("ANSWER_DAYS", 30)
DELIVERY_DAYS = 90

# Offers of the Wegweiser: asked after so many months whether they are still right, offline when nobody says so.
OFFER_CHECK_MONTHS = env.number("OFFER_CHECK_MONTHS", 12)
OFFER_OFFLINE_MONTHS = env.number("OFFER_OFFLINE_MONTHS", 18)

# people who sign in ----------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_HANDLER = "netzwerk.signing_in.limits.Limits"
AXES_CLIENT_IP_CALLABLE = "netzwerk.signing_in.limits.network"
AXES_LOCKOUT_CALLABLE = "netzwerk.signing_in.limits.refused"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a neighbour could hold the lock for ever
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # English lists of networks; the log says who was refused
# A passkey belongs to one host for ever. Browsers take no IP address: a local portal has passkeys at http://localhost.
OTP_WEBAUTHN_RP_ID = "localhost" if LOCAL else _site.hostname
OTP_WEBAUTHN_RP_NAME = SITE_NAME
_port = f":{_site.port}" if _site.port not in {None, 443 if SECURE else 80} else ""
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"{_site.scheme}://{OTP_WEBAUTHN_RP_ID}{_port}"]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False

# security --------------------------------------------------------------------------------------------------------

_prefix = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_prefix}sessionid"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_AGE = None  # it ends with the browser: the device may be watched
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
# "no-referrer" would make Chromium send "Origin: null" with every form, which Django refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "netzwerk.signing_in.typed_before.csrf_failure"
_own = ["script-src", "style-src", "font-src", "connect-src", "form-action"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{directive: [NONE] for directive in ("default-src", "base-uri", "frame-ancestors")},
        **{directive: [SELF] for directive in _own},
        "img-src": [SELF, "data:"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_BODY = 2560 * 1024  # officers only; more than a form takes, so that it says itself that it is too much

# language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# static files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# The font is cut from its package at installation, so that no third party's file lies in the repository.
STATICFILES_DIRS = [BASE_DIR / "static", *([DATA_DIR / "font"] if (DATA_DIR / "font").is_dir() else [])]
_hashed = not DEBUG and (STATIC_ROOT / "staticfiles.json").is_file()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "netzwerk.pages.storage.Storage"
        if _hashed
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _hashed

# logs: no address, no token, no IP (P-13) -------------------------------------------------------------------------

LOGGING = logs.SETTINGS
