"""`make run`: the portal with everything it needs, on one machine. Nothing else imports this package."""

# What settings.py reads from the environment and may differ from one start to the next.
SETTINGS = [
    *("SITE_URL", "PORT", "DEMO", "DEBUG", "ALLOWED_HOSTS", "PROXY_COUNT", "DATABASE_URL"),
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "HASH_KEY", "WEBHOOK_SECRET"),
    *(
        "EMAIL_URL",
        "EMAIL_API_KEY",
        "EMAIL_TIMEOUT",
        "MAIL_LEASE",
        "MAIL_CONNECTIONS",
        "MAIL_PER_MINUTE",
        "MAIL_PAUSE",
        "DEFAULT_FROM_EMAIL",
        "REPLY_TO",
        "BOUNCE_ADDRESS",
        "BOUNCE_IMAP_URL",
        "BACKUP_DIR",
        "CONSENT_YEARS",
        "OFFER_CHECK_MONTHS",
        "OFFER_OFFLINE_MONTHS",
    ),
    *("SITE_NAME", "SITE_OWNERS", "REGION", "CONTACT_PHONE", "EXIT_URL"),
]
