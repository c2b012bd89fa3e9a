"""`make run`: the portal with everything it needs, on one machine. Nothing else imports this package."""
