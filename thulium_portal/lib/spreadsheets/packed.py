"""ZIP archives unpacked within limits; this runs in the process of ``child``.

What is unpacked gets a number for a name, so that no name of an archive ever becomes a path.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from thulium_portal.lib.spreadsheets.table import TableError, TableProblem

_CHUNK = 1 << 20
_MOST_ENTRIES = 20_000
_LONGEST_NAME = 300
_WORKBOOK = "xl/workbook.xml"
_OFFICE_FILES = (
    "mimetype",
    "content.xml",
    "xl/workbook.bin",
    "Index/Document.iwa",
    "[Content_Types].xml",
)
_NOT_OURS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def kind_of(file: IO[bytes]) -> str:
    """Return ``workbook``, ``archive`` or ``office`` for what is packed in *file*."""
    names = set(_opened(file).namelist())
    if _WORKBOOK in names:
        return "workbook"
    return "office" if names.intersection(_OFFICE_FILES) else "archive"


def require_small_workbook(file: IO[bytes], most_unpacked: int) -> None:
    """Raise :class:`TableError` for what is no Excel workbook, or says that it is a huge one."""
    packed = _opened(file)
    if _WORKBOOK not in packed.namelist():
        office = kind_of(file) == "office"
        raise TableError(TableProblem.OTHER_OFFICE if office else TableProblem.NOT_A_TABLE)
    if sum(info.file_size for info in packed.infolist()) > most_unpacked:
        raise TableError(TableProblem.TOO_MUCH)


def unpack(file: IO[bytes], folder: Path, most_bytes: int) -> Iterator[tuple[str, int, int]]:
    """Unpack *file* into *folder* and yield name, number and size of each; at most *most_bytes*.

    A folder around everything is left out of the names. Raises :class:`TableError`.
    """
    packed = _opened(file)
    wanted = [(_name(info), info) for info in packed.infolist() if not info.is_dir()]
    wanted = [(name, info) for name, info in wanted if not _is_clutter(name)]
    around = _folder_around([name for name, _info in wanted])
    if len({name[:_LONGEST_NAME] for name, _info in wanted}) != len(wanted):
        raise TableError(TableProblem.DAMAGED)  # two files of one name: nobody knows which is meant
    left = most_bytes
    for number, (name, info) in enumerate(wanted):
        size = _write(packed, info, folder / str(number), left)
        left -= size
        yield name[len(around) :][:_LONGEST_NAME], number, size


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise TableError(TableProblem.NOT_A_TABLE) from error
    if len(packed.infolist()) > _MOST_ENTRIES:
        raise TableError(TableProblem.TOO_MUCH)
    return packed


def _write(packed: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Unpack one file and return its size; however large it says it is, *left* bytes at most."""
    size = 0
    try:
        with packed.open(info) as source, target.open("wb") as unpacked:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise TableError(TableProblem.TOO_MUCH)
                unpacked.write(chunk)
    except RuntimeError as error:  # a password is asked for; NotImplementedError is one as well
        locked = "password" in str(error) or "encrypted" in str(error)
        problem = TableProblem.ENCRYPTED if locked else TableProblem.DAMAGED
        raise TableError(problem) from error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(TableProblem.DAMAGED) from error
    return size


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of *info*; what says of no code is UTF-8 or, from Windows in Poland, 852."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
            name = raw.decode("utf-8")
        except UnicodeEncodeError:
            pass
        except UnicodeDecodeError:
            name = raw.decode("cp852")
    return name.replace("\\", "/").replace("\n", " ").replace("\r", " ").lstrip("/")


def _is_clutter(name: str) -> bool:
    return name.startswith(_NOT_OURS[0]) or name.rpartition("/")[2] in _NOT_OURS


def _folder_around(names: list[str]) -> str:
    """Return the folder, with its stroke, in which all of *names* lie; "" for none."""
    first = names[0].partition("/")[0] + "/" if names else ""
    return first if all(name.startswith(first) for name in names) else ""
