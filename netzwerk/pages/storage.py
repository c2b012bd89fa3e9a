"""Static files as visitors get them: hashed, compressed, and stylesheets without comments and spaces."""

from typing import Any

import rcssmin  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    def _save(self, name: str, content: Any) -> str:
        """For the file itself and for its hashed copy, which has been read once already."""
        if name.endswith(".css"):
            content.seek(0)
            content = ContentFile(rcssmin.cssmin(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
