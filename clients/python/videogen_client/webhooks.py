"""Webhooks: checking those that come in, and the routes that manage them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any, Iterator, Mapping, Sequence
from urllib.parse import quote

from .errors import WebhookVerificationError
from .http import Transport
from .pages import pages

_PREFIX = "whsec_"
_VERSION = "v1,"
_TOLERANCE_SECONDS = 300


def verify_webhook(
    payload: bytes | str,
    headers: Mapping[str, str],
    secret: str | Sequence[str],
    *,
    tolerance_seconds: float = _TOLERANCE_SECONDS,
    now: float | None = None,
) -> Any:
    """Checks a webhook after the Standard Webhooks specification and returns its event, in the native or in VSL's shape.

    payload: the raw body, never one that was parsed and written again. secret: one or, during a rotation, several. Raises a
    WebhookVerificationError.
    """
    if not isinstance(payload, (bytes, str)):
        raise TypeError("payload must be the raw body: a parsed one has other bytes than those that were signed")
    given = {name.lower(): value for name, value in (headers or {}).items()}
    webhook_id, timestamp, signatures = (_required(given, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise WebhookVerificationError("webhook-timestamp is not a number of seconds")
    age = (time.time() if now is None else now) - int(timestamp)
    if abs(age) > tolerance_seconds:
        raise WebhookVerificationError(f"webhook-timestamp is {'too old' if age > 0 else 'in the future'}")

    body = payload.encode() if isinstance(payload, str) else payload
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else list(secret)
    expected = [base64.b64encode(hmac.new(_key_of(one), signed, hashlib.sha256).digest()) for one in secrets]
    found = [one[len(_VERSION):].encode() for one in signatures.split(" ") if one.startswith(_VERSION)]
    if not any(hmac.compare_digest(good, one) for good in expected for one in found):
        raise WebhookVerificationError("No signature fits")
    return json.loads(body)


def _key_of(secret: str) -> bytes:
    if not isinstance(secret, str) or not secret:
        raise TypeError("secret must be the whsec_… that the creation of the endpoint showed")
    try:
        return base64.b64decode(secret[len(_PREFIX):] if secret.startswith(_PREFIX) else secret, validate=True)
    except binascii.Error as error:
        raise ValueError("secret is not a whsec_… of an endpoint") from error


def _required(headers: Mapping[str, str], name: str) -> str:
    if not headers.get(name):
        raise WebhookVerificationError(f"The header {name} is missing")
    return headers[name]


class WebhookEndpoints:
    """Where the account's events are sent."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self, url: str, *, events: Sequence[str] | None = None, format: str | None = None, description: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer's secret is shown this once. format: native or vsl; headers: sent with each delivery."""
        fields = {"url": url, "events": events, "format": format, "description": description, "headers": headers}
        return self._transport.json("POST", "/v1/webhooks/endpoints", body={k: v for k, v in fields.items() if v is not None})

    def list(self) -> Iterator[dict[str, Any]]:
        return pages(self._transport, "/v1/webhooks/endpoints")

    def get(self, id: str) -> dict[str, Any]:
        return self._transport.json("GET", _path(id))

    def change(self, id: str, **changes: Any) -> dict[str, Any]:
        """changes: url, events, format, headers, description, enabled."""
        return self._transport.json("PATCH", _path(id), body=changes, repeatable=True)

    def delete(self, id: str) -> None:
        self._transport.json("DELETE", _path(id))

    def test(self, id: str) -> dict[str, Any]:
        """Sends a test event now, and answers what came of it."""
        return self._transport.json("POST", _path(id) + "/test")


class WebhookDeliveries:
    """What was sent."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """filters: endpoint_id, job_id, status, event_type, since, until, limit."""
        return pages(self._transport, "/v1/webhooks/deliveries", filters)

    def get(self, id: str) -> dict[str, Any]:
        return self._transport.json("GET", f"/v1/webhooks/deliveries/{quote(id, safe='')}")

    def replay(self, id: str) -> dict[str, Any]:
        """Sends it again, with the same id and bytes."""
        return self._transport.json("POST", f"/v1/webhooks/deliveries/{quote(id, safe='')}/replay")


def _path(id: str) -> str:
    return f"/v1/webhooks/endpoints/{quote(id, safe='')}"
