"""What lies in the store, and the links by which replies and canned responses have it."""

import uuid
from typing import ClassVar, Self, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models


class StoredFile(models.Model):
    """Bytes in the store; replies and canned responses may have the same in common.

    Once they were erased there is no path any more; what is known of them stays.
    """

    path = models.CharField(
        max_length=255, blank=True, help_text="in the store; empty once the bytes were erased"
    )
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["path"], condition=~models.Q(path=""), name="stored_path_unique"
            )
        ]

    def __str__(self) -> str:
        return self.path or self.sha256

    def open(self) -> "File[bytes]":
        """Return the bytes, to be closed; raises ``OSError`` where they are lost or erased."""
        if not self.path:
            raise FileNotFoundError
        return default_storage.open(self.path)

    def is_whole(self) -> bool:
        """Tell whether the bytes still lie in the store, all of them."""
        try:
            return self.path != "" and default_storage.size(self.path) == self.size
        except OSError:
            return False


_Link = TypeVar("_Link", bound="FileLink")


class FileLinks(models.Manager[_Link]):
    """Links, each read together with its file."""

    def get_queryset(self) -> models.QuerySet[_Link]:
        """Return all of them."""
        return super().get_queryset().select_related("file")

    def not_erased(self) -> models.QuerySet[_Link]:
        """Return those whose bytes were not erased."""
        return self.exclude(file__path="")


class FileLink(models.Model):
    """A file as people know it: by a name of its own, whoever else has the same bytes."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[FileLinks[Self]] = FileLinks()

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        """Bytes."""
        return self.file.size
