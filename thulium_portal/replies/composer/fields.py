"""Fields of the composer that Django does not have: several files, values that scripts add."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from thulium_portal.storage import validation


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked; every refused one has a sentence of its own."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files; refuse too many, too large, empty or forbidden ones."""
        given = [file for file in (data or []) if file]
        errors: list[ValidationError] = []
        if len(given) > settings.MAX_ATTACHMENTS:
            errors.append(validation.too_many_files())
        for file in given:
            try:
                validation.check(file)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return given


class PostedValues(forms.MultipleChoiceField):
    """Values that scripts add to; whatever was posted is looked up afterwards."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        return True
