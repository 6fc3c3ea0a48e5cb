"""Files on their way in and out."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Iterator, Mapping, Union

import requests

from .errors import ApiConnectionError
from .http import Content

#: A path, the bytes, or a file opened for reading in binary.
File = Union[str, "os.PathLike[str]", bytes, IO[bytes]]


def name_of(file: File) -> str | None:
    if isinstance(file, (str, os.PathLike)):
        return Path(file).name
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) else None


def bytes_of(file: File) -> bytes:
    if isinstance(file, (str, os.PathLike)):
        return Path(file).read_bytes()
    return file if isinstance(file, bytes) else file.read()


def body_of(file: File) -> Content:
    """Makes the request's body for each attempt: a file is read as it is sent, and again from its start."""
    start = 0 if isinstance(file, (str, os.PathLike, bytes)) else file.tell()

    @contextmanager
    def body() -> Iterator[Mapping[str, Any]]:
        if isinstance(file, (str, os.PathLike)):
            with open(file, "rb") as opened:
                yield {"data": opened}
        elif isinstance(file, bytes):
            yield {"data": file}
        else:
            file.seek(start)
            yield {"data": file}

    return body


def write(response: requests.Response, path: str | os.PathLike[str]) -> str:
    """Writes a streamed answer to a file, which appears when it is whole."""
    part = f"{os.fspath(path)}.part"
    try:
        with response, open(part, "wb") as file:
            for chunk in response.iter_content(64 * 1024):
                file.write(chunk)
            expected = response.headers.get("Content-Length")
            if expected is not None and "Content-Encoding" not in response.headers and file.tell() != int(expected):
                raise ApiConnectionError(f"The download ended after {file.tell()} of {expected} bytes")
        os.replace(part, path)
    except requests.exceptions.RequestException as error:
        raise ApiConnectionError(f"The download broke: {error}") from error
    finally:
        with suppress(FileNotFoundError):
            os.remove(part)
    return os.fspath(path)
