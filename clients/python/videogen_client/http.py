"""Sends requests to one API with one credential, and repeats what may be repeated."""

from __future__ import annotations

import time
import uuid
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timezone
from importlib import metadata
from typing import Any, Callable, Dict, Mapping, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .errors import ApiConnectionError, ApiError, ApiTimeoutError
from .retry import Retry, parse_retry_after

DEFAULT_TIMEOUT = 60.0
_CONNECT_TIMEOUT = 10.0
_NOT_MODIFIED = 304

#: Reads an API's own shape of errors: the body of an answer to the arguments of an ApiError.
ErrorReader = Callable[[Mapping[str, Any]], Dict[str, Any]]


Self = TypeVar("Self")

#: Makes the arguments of one attempt's body, and closes what it opened.
Content = Callable[[], "AbstractContextManager[Mapping[str, Any]]"]


def _version() -> str:
    try:
        return metadata.version("videogen-client")
    except metadata.PackageNotFoundError:
        return "0.1.0"  # Run from a checkout.


class Transport:
    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        read_error: ErrorReader,
        timeout: float = DEFAULT_TIMEOUT,
        retry: Retry | None = None,
        session: requests.Session | None = None,
    ) -> None:
        if not isinstance(base_url, str) or urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError("base_url must be a URL, for example http://127.0.0.1:8080")
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.retry = retry or Retry()
        self._headers = {"User-Agent": f"videogen-python/{_version()}", "Accept": "application/json", **headers}
        self._read_error = read_error
        self._session = session or requests.Session()
        self._owns_session = session is None

    def close(self) -> None:
        """Gives the connections back; a session of the caller's own is the caller's to close."""
        if self._owns_session:
            self._session.close()

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Sends and reads JSON; None for an empty answer."""
        return read_body(self.request(method, path, **options))

    def submit(self, path: str, *, idempotency_key: str | None = None, **options: Any) -> Any:
        """Submits: always with an idempotency key, which makes it safe to send twice."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self.json("POST", path, headers=headers, repeatable=True, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: Content | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        retries: bool = True,
        timeout: float | None = None,
        stream: bool = False,
        redirects: bool = False,
    ) -> requests.Response:
        """A refusal is raised as an ApiError; so is a redirect, unless redirects are followed: the key is for this server.

        body: sent as JSON. content: makes the arguments of a raw body or a form, called for each attempt. repeatable: a second request has
        no second effect; so it is with GET. retries: False for one attempt. stream: the body is still to be read.
        """
        if repeatable is None:
            repeatable = method == "GET"
        attempt = 0
        while True:
            try:
                return self._attempt(method, path, query, body, content, headers, timeout, stream, redirects)
            except (ApiError, ApiConnectionError, ApiTimeoutError) as error:
                wait = self.retry.wait_after(error, attempt, repeatable) if retries else None
                if wait is None:
                    raise
                time.sleep(wait)
                attempt += 1

    def _attempt(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        content: Content | None,
        headers: Mapping[str, str] | None,
        timeout: float | None,
        stream: bool,
        redirects: bool,
    ) -> requests.Response:
        limit = timeout or self.timeout
        try:
            with content() if content else nullcontext({} if body is None else {"json": body}) as sent:
                response = self._session.request(
                    method,
                    self.base_url + path,
                    params=_texts(query),
                    headers={**self._headers, **(headers or {})},
                    auth=_ours,
                    timeout=(min(_CONNECT_TIMEOUT, limit), limit),
                    stream=stream,
                    allow_redirects=redirects,
                    **sent,
                )
            if response.status_code >= 300 and response.status_code != _NOT_MODIFIED:
                with response:
                    raise self._refusal(response)
            return response
        except requests.exceptions.Timeout as error:
            if isinstance(error, requests.exceptions.ConnectTimeout):
                raise ApiConnectionError(f"{method} {path}: {error}", sent=False) from error
            raise ApiTimeoutError(f"{method} {path}: no answer within {limit:g} s") from error
        except requests.exceptions.RequestException as error:
            raise ApiConnectionError(f"{method} {path}: {error}", sent=not _was_refused(error)) from error

    def _refusal(self, response: requests.Response) -> ApiError:
        try:
            body = response.json()
        except ValueError:
            body = response.text  # An answer of something between us and the API.
        told = self._read_error(body) if isinstance(body, dict) else {}
        after = parse_retry_after(response.headers.get("Retry-After"))
        told["retry_after"] = told.get("retry_after") if after is None else after
        place = f" (to {response.headers['Location']})" if "Location" in response.headers else ""
        message = told.pop("message", None) or f"The server answered {response.status_code} {response.reason or ''}".rstrip() + place
        return ApiError(message, status=response.status_code, body=body, **told)


class Closeable:
    """A client to be used in a `with`, or closed, or left to the end of the program."""

    _transport: Transport

    def close(self) -> None:
        self._transport.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ours(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The headers stand as they are: without this, a line for the host in ~/.netrc would take the key's place."""
    return request


def read_body(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        raise ApiConnectionError(f"{response.url} answered {response.status_code} with something else than JSON") from error


def _was_refused(error: Exception) -> bool:
    """Nothing was sent: the connection was never made."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _texts(query: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: _text(value) for name, value in (query or {}).items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return ",".join(value) if isinstance(value, (list, tuple)) else str(value)
