"""Rows whose content a copy of the database alone does not open."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.records.sealed import seal_bytes, unseal_bytes


class SealedRow(models.Model):
    """A row with bytes that are encrypted under a key from the settings, for this row alone.

    `manage.py reseal` writes them anew after a change of the key.
    """

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(_("encrypted content"))

    class Meta:
        abstract = True

    @property
    def seal_purpose(self) -> str:
        """What the content is sealed for: moved to another row, it opens no more."""
        return f"{self._meta.label} {self.public_id}"

    def seal(self, content: bytes) -> None:
        """Set the content, encrypted; the row is not saved by this."""
        self.sealed = seal_bytes(content, purpose=self.seal_purpose)

    def unsealed(self) -> bytes:
        """The content. Raises SealedUnreadable where no key of ours opens it, or it was changed."""
        return unseal_bytes(bytes(self.sealed), purpose=self.seal_purpose)
