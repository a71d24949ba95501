"""Compiling translations without msgfmt, and finding what is not translated."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from django.conf import settings

LANGUAGE = "pl"
"""The language that must be complete; English is in the code."""

SOURCES = ("thulium_portal", "templates")
CATALOGUE = Path(LANGUAGE, "LC_MESSAGES", "django.po")


def compile_all() -> int:
    """Compile each ``.po`` file that is newer than its ``.mo``, and return how many there were."""
    compiled = 0
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
                compiled += 1
    return compiled


def problems() -> list[str]:
    """Return a sentence for each text that a Polish reader would see in English, or broken.

    Needs xgettext and msgfmt in the path, as ``requirements-dev.txt`` brings them.
    """
    path = Path(settings.LOCALE_PATHS[0], CATALOGUE)
    if not path.exists():
        return [f"{path} is missing; “make messages” writes it."]
    return gaps(path, collected(settings.BASE_DIR))


def gaps(path: Path, texts: Iterable[polib.POEntry]) -> list[str]:
    """Return a sentence for each of *texts* that the catalogue at *path* does not hold whole."""
    known = {_key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    return [*_missing(texts, known.keys()), *_faults(known.values()), *_complaints_of_msgfmt(path)]


def collected(root: Path) -> list[polib.POEntry]:
    """Return the texts of the code and the templates under *root*, read from a copy of them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            shutil.copytree(root / name, Path(folder, name))
        Path(folder, "locale").mkdir()
        collect = (sys.executable, "-m", "django", "makemessages", f"--locale={LANGUAGE}")
        _run(*collect, cwd=Path(folder)).check_returncode()
        return list(polib.pofile(str(Path(folder, "locale", CATALOGUE))))


def _missing(
    entries: Iterable[polib.POEntry], known: Iterable[tuple[str | None, str]]
) -> Iterator[str]:
    keys = set(known)
    for entry in entries:
        if _key(entry) not in keys:
            yield f"{_name(entry)}: not in the catalogue, “make messages” adds it"


def _faults(entries: Iterable[polib.POEntry]) -> Iterator[str]:
    for entry in entries:
        if entry.fuzzy:
            yield f"{_name(entry)}: marked as fuzzy"
        elif not entry.translated():
            yield f"{_name(entry)}: not translated"


def _complaints_of_msgfmt(path: Path) -> list[str]:
    """Compare placeholders and plural forms the way gettext does."""
    done = _run("msgfmt", "--check", "--output-file", os.devnull, str(path), cwd=path.parent)
    return done.stderr.splitlines() if done.returncode else []


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run one of gettext's programs, those of this virtual environment first."""
    own = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([own, os.environ.get("PATH", "")])}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(  # noqa: S603 - fixed programs on our own files
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _name(entry: polib.POEntry) -> str:
    places = ", ".join(":".join(filter(None, place)) for place in entry.occurrences[:2])
    return f"{places}: “{entry.msgid}”" if places else f"“{entry.msgid}”"
