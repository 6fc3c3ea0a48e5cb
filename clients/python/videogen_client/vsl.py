"""The VSL API: media of all kinds by POST /generate-media. Also importable as the module `vsl`."""

from __future__ import annotations

from typing import Any, Callable, Mapping
from urllib.parse import quote

import requests

from .errors import ApiTimeoutError, JobCancelledError, JobFailedError
from .http import DEFAULT_TIMEOUT, Closeable, Transport
from .polling import changes
from .retry import Retry

_DEFAULT_USER = "default"
_WAIT_TIMEOUT = 300.0


class Client(Closeable):
    """user_id: the end user on whose limits jobs count when a call names none."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        user_id: str = _DEFAULT_USER,
        timeout: float = DEFAULT_TIMEOUT,
        retry: Retry | None = None,
        session: requests.Session | None = None,
    ) -> None:
        if not api_key:
            raise ValueError("api_key is required")
        self._transport = Transport(base_url, {"X-API-Key": api_key}, _read_error, timeout, retry, session)
        self._user_id = user_id

    def generate_image(self, prompt: str | None = None, model_id: str = "flux-schnell", **options: Any) -> dict[str, Any]:
        """options: user_id, idempotency_key, parameters (a dict); every other one is a parameter of the model."""
        return self._generate("image", model_id, {"prompt": prompt}, **options)

    def generate_video(
        self, image_url: str | None = None, model_id: str = "stability-video", prompt: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """options: user_id, idempotency_key, parameters (a dict); every other one is a parameter of the model."""
        return self._generate("video", model_id, {"image": image_url, "prompt": prompt}, **options)

    def generate_audio(self, prompt: str | None = None, model_id: str = "musicgen", **options: Any) -> dict[str, Any]:
        """options: user_id, idempotency_key, parameters (a dict); every other one is a parameter of the model."""
        return self._generate("audio", model_id, {"prompt": prompt}, **options)

    def generate_media(self, body: Mapping[str, Any], *, idempotency_key: str | None = None) -> dict[str, Any]:
        """The body of POST /generate-media as it stands; userId is added when it is absent."""
        return self._transport.submit("/generate-media", body={"userId": self._user_id, **body}, idempotency_key=idempotency_key)

    def get_status(self, job_id: str) -> dict[str, Any]:
        return self._transport.json("GET", _path(job_id))

    def wait_for_completion(
        self,
        job_id: str,
        timeout: float = _WAIT_TIMEOUT,
        *,
        interval: float | None = None,
        on_progress: Callable[[dict[str, Any]], Any] | None = None,
    ) -> dict[str, Any]:
        """The result of a completed job: originalUrl, thumbnailUrl and what else it has.

        Any other end is a JobFailedError or a JobCancelledError. timeout: seconds. interval: seconds between looks; by default growing
        from 1 to 5. on_progress: called with the status at first and after each change.
        """
        path = _path(job_id)
        late = ApiTimeoutError("Timeout waiting for job completion")
        for status in changes(lambda: self._transport.json("GET", path, retries=False), self._transport.retry, timeout, interval, late):
            if on_progress:
                on_progress(status)
            if status["status"] == "completed":
                return status["result"]
            if status["status"] == "failed":
                raise JobFailedError(status.get("error") or "Generation failed", job=status)
            if status["status"] == "cancelled":
                raise JobCancelledError(status.get("error") or "Job was cancelled", job=status)
        raise late

    def _generate(
        self,
        media_type: str,
        model_id: str,
        named: Mapping[str, Any],
        *,
        user_id: str | None = None,
        idempotency_key: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        all_parameters = {name: value for name, value in named.items() if value is not None}
        body: dict[str, Any] = {"mediaType": media_type, "modelId": model_id, "parameters": {**all_parameters, **more, **(parameters or {})}}
        if user_id is not None:
            body["userId"] = user_id
        return self.generate_media(body, idempotency_key=idempotency_key)


def _path(job_id: str) -> str:
    if not isinstance(job_id, str) or not job_id:
        raise ValueError("job_id is a text")
    return f"/status/{quote(job_id, safe='')}"


def _read_error(body: Mapping[str, Any]) -> dict[str, Any]:
    error, details = body.get("error"), body.get("details")
    message = f"{error}: {details}" if details and details != error else error
    return {"message": message, "code": body.get("code"), "retry_after": body.get("retryAfter")}
