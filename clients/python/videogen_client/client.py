"""VideoGen's native API."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any, Iterator, Mapping, Sequence
from urllib.parse import quote, urlsplit

import requests

from .files import File, body_of, name_of, write
from .http import DEFAULT_TIMEOUT, Closeable, Transport
from .jobs import Jobs, read_problem
from .pages import pages
from .retry import Retry
from .sse import follow
from .webhooks import WebhookDeliveries, WebhookEndpoints

DEFAULT_BASE_URL = "http://127.0.0.1:8080"


class VideoGenClient(Closeable):
    """Bodies and answers are those of the API's OpenAPI document, names included. Times are in seconds.

    timeout: how long a request may be silent. retry: see Retry. session: a requests.Session of your own, for proxies and the like.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        retry: Retry | None = None,
        session: requests.Session | None = None,
    ) -> None:
        if not api_key:
            raise ValueError("api_key is required: vg_live_… or vg_test_…")
        self._transport = Transport(base_url, {"Authorization": f"Bearer {api_key}"}, read_problem, timeout, retry, session)
        self.jobs = Jobs(self._transport)
        self.assets = Assets(self._transport)
        self.events = Events(self._transport)
        self.models = Models(self._transport)
        self.account = Account(self._transport)
        self.webhooks = Webhooks(self._transport)

    def quote(self, model: str, input: Mapping[str, Any]) -> dict[str, Any]:
        """The most that a job would cost, and how long it takes; nothing is made."""
        return self._transport.json("POST", "/v1/quotes", body={"model": model, "input": input}, repeatable=True)

    def upload(self, file: File, *, filename: str | None = None, content_type: str | None = None) -> dict[str, Any]:
        """Stores a file, for use as an asset of inputs."""
        headers = {"Content-Type": content_type or "application/octet-stream"}
        name = filename or name_of(file)
        if name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return self._transport.json("POST", "/v1/uploads", content=body_of(file), headers=headers)


class Assets:
    """Files: uploads and results."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, id: str) -> dict[str, Any]:
        return self._transport.json("GET", f"/v1/assets/{quote(id, safe='')}")

    def list(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """filters: kind, origin (upload or job), job_id, limit (of a page)."""
        return pages(self._transport, "/v1/assets", filters)

    def delete(self, id: str) -> None:
        self._transport.json("DELETE", f"/v1/assets/{quote(id, safe='')}")

    def download(self, asset: Mapping[str, Any], path: str | os.PathLike[str]) -> str:
        """Writes the content of an asset (of a job's output, of a list, or of `get`) to a file, which appears when it is whole.

        The link is signed: the API key is not sent.
        """
        link = urlsplit(asset["url"])
        files = Transport(f"{link.scheme}://{link.netloc}", {"Accept": "*/*"}, read_problem, self._transport.timeout, self._transport.retry)
        with closing(files):
            return write(files.request("GET", f"{link.path}?{link.query}", stream=True, redirects=True), path)


class Events:
    """The account's ordered feed of events."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, after: str | None = None, limit: int | None = None, type: str | Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """What has happened, oldest first, behind `after`, up to now."""
        more = True
        while more:
            page = self._transport.json("GET", "/v1/events", query={"after": after, "limit": limit, "type": type})
            yield from page["data"]
            after, more = page["next_cursor"], page["has_more"]

    def stream(self, *, after: str | None = None) -> Iterator[dict[str, Any]]:
        """What happens from now on, or behind `after`, without an end."""
        return follow(self._transport, "/v1/events/stream", last_event_id=after)


class Models:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, kind: str | None = None, active: bool | None = None) -> Iterator[dict[str, Any]]:
        return pages(self._transport, "/v1/models", {"kind": kind, "active": active})

    def get(self, slug: str) -> dict[str, Any]:
        return self._transport.json("GET", f"/v1/models/{quote(slug, safe='')}")


class Account:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> dict[str, Any]:
        return self._transport.json("GET", "/v1/account")

    def ledger(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every movement of credits, newest first. filters: kind, job_id, limit (of a page)."""
        return pages(self._transport, "/v1/account/ledger", filters)


class Webhooks:
    def __init__(self, transport: Transport) -> None:
        self.endpoints = WebhookEndpoints(transport)
        self.deliveries = WebhookDeliveries(transport)
