"""A worker for gunicorn that no slow visitor can hold up."""
