"""Server-sent events."""

from __future__ import annotations

import json
import re
import time
from typing import Any, Callable, Dict, Iterable, Iterator

import requests

from .errors import ApiConnectionError, VideoGenError
from .http import Transport
from .retry import is_transient

#: The server sends at least a comment every 15 seconds; three times that without a byte is a dead connection.
_SILENCE = 45.0
_FIRST_PAUSE = 2.0
_LINE_BREAK = re.compile("\r\n|\n|\r")

Event = Dict[str, Any]


def follow(
    transport: Transport,
    path: str,
    *,
    last_event_id: str | None = None,
    query: dict[str, Any] | None = None,
    is_last: Callable[[Event], bool] = lambda event: False,
    until: float | None = None,
) -> Iterator[Event]:
    """The events of a path; after a broken connection it goes on behind the last event that was read.

    until: a time.monotonic() after which the iteration ends, at the server's next sign of life; there is one every 15 seconds.
    """
    place, pause, failures = last_event_id, _FIRST_PAUSE, 0
    while True:
        try:
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": place} if place else {})}
            with transport.request("GET", path, headers=headers, query=query, stream=True, timeout=_left(until)) as response:
                if response.status_code == 204:
                    return
                for message in parse(_chunks(response, until)):
                    pause = message.get("retry", pause)
                    if "data" not in message:
                        continue
                    failures, place = 0, message.get("id") or place
                    event = {"id": message.get("id"), **json.loads(message["data"])}
                    yield event
                    if is_last(event):
                        return
        except VideoGenError as error:
            if _is_over(until):
                return
            # The transport has tried each call again already; a connection that broke while it was read is tried again here.
            failures += 1
            if not is_transient(error) or failures > transport.retry.max_retries:
                raise
        if _is_over(until):
            return
        time.sleep(transport.retry.delay(None, failures) if failures else min(pause, transport.retry.max_delay))


def _is_over(until: float | None) -> bool:
    return until is not None and time.monotonic() >= until


def _left(until: float | None) -> float:
    return _SILENCE if until is None else max(0.01, min(_SILENCE, until - time.monotonic()))


def _chunks(response: requests.Response, until: float | None) -> Iterator[bytes]:
    # With chunked transfer whole chunks come as they arrive; without it only a single byte is sure to come at once.
    size = None if "chunked" in response.headers.get("Transfer-Encoding", "") else 1
    try:
        for chunk in response.iter_content(size):
            yield chunk
            if _is_over(until):
                return
    except requests.exceptions.RequestException as error:
        raise ApiConnectionError(f"The event stream broke: {error}") from error


def parse(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The event stream format of the HTML standard: messages with data, event, id and retry (in seconds), as far as they have them."""
    message: dict[str, Any] = {}
    for line in _lines(chunks):
        if line:
            _read(line, message)
            continue
        if message:
            yield message
        message = {}


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        rest += chunk
        # A carriage return at the end may be the first half of a line break; bytes are cut at line breaks only, so text stays whole.
        whole = rest[:-1] if rest.endswith(b"\r") else rest
        cut = max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1
        if cut:
            yield from _LINE_BREAK.split(whole[:cut].decode("utf-8", "replace"))[:-1]
            rest = rest[cut:]


def _read(line: str, message: dict[str, Any]) -> None:
    name, _, value = line.partition(":")
    value = value[1:] if value.startswith(" ") else value
    if name == "data":
        message["data"] = f"{message['data']}\n{value}" if "data" in message else value
    elif name == "event" or (name == "id" and "\0" not in value):
        message[name] = value
    elif name == "retry" and value.isdigit():
        message["retry"] = int(value) / 1000
