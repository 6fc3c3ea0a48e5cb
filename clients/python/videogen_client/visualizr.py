"""The Visualizr API."""

from __future__ import annotations

import mimetypes
import os
from contextlib import closing, nullcontext
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import quote, urlsplit

import requests

from .errors import ApiTimeoutError, JobCancelledError, JobFailedError
from .files import File, bytes_of, name_of, write
from .http import DEFAULT_TIMEOUT, Closeable, Transport
from .polling import changes
from .retry import Retry

_ENDS = ("completed", "failed", "cancelled")
_WAIT_TIMEOUT = 300.0
_PAGE_ROWS = 100


class VisualizrClient(Closeable):
    """The client of Visualizr's document, with all of its routes. Times are in seconds."""

    def __init__(
        self,
        base_url: str = "http://localhost:8002",
        api_key: str | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        retry: Retry | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self.base_url = base_url
        self.api_key = api_key
        self.headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._transport = Transport(base_url, self.headers, _read_error, timeout, retry, session)

    def generate_video(self, prompt: str, *, idempotency_key: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """A video from a text. kwargs: negative_prompt, width, height, num_frames, fps, model, seed and so on."""
        return self._transport.submit("/api/v1/generate/video", body={"prompt": prompt, **kwargs}, idempotency_key=idempotency_key)

    def generate_video_from_image(self, image: File, *, idempotency_key: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """A video from an image: a path, the bytes or an open file. kwargs: motion_prompt, duration_seconds, fps, motion_strength."""
        content = bytes_of(image)
        name = name_of(image) or "image"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        fields = {key: str(value) for key, value in kwargs.items()}
        return self._transport.submit(
            "/api/v1/generate/video/from-image",
            content=lambda: nullcontext({"files": {"image": (name, content, media_type)}, "data": fields}),
            idempotency_key=idempotency_key,
        )

    def generate_character_animation(
        self, character_id: str, action: str | None = None, *, idempotency_key: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """An animation of a character. kwargs: emotion, background, duration_seconds, resolution, animation_style."""
        body = {"character_id": character_id, **({} if action is None else {"action": action}), **kwargs}
        return self._transport.submit("/api/v1/generate/character-animation", body=body, idempotency_key=idempotency_key)

    def get_status(self, request_id: str) -> dict[str, Any]:
        return self._transport.json("GET", _status_path(request_id))

    def cancel(self, request_id: str) -> dict[str, Any]:
        return self._transport.json("DELETE", f"/api/v1/generate/{_segment(request_id)}")

    def watch(self, request_id: str, timeout: float = _WAIT_TIMEOUT, *, interval: float | None = None) -> Iterator[dict[str, Any]]:
        """The status at first and after each change, to the end of the request; a TimeoutError when that does not come in time."""
        path = _status_path(request_id)
        late = ApiTimeoutError("Generation timed out")
        for status in changes(lambda: self._transport.json("GET", path, retries=False), self._transport.retry, timeout, interval, late):
            yield status
            if status["status"] in _ENDS:
                return

    def wait_for_completion(
        self,
        request_id: str,
        timeout: float = _WAIT_TIMEOUT,
        *,
        interval: float | None = None,
        on_progress: Callable[[dict[str, Any]], Any] | None = None,
    ) -> dict[str, Any]:
        """The status of the completed request, with its result. Any other end is a JobFailedError or a JobCancelledError."""
        status: dict[str, Any] = {}
        for status in self.watch(request_id, timeout, interval=interval):
            if on_progress:
                on_progress(status)
        if status["status"] == "completed":
            return status
        error = status.get("error") or {}
        if status["status"] == "cancelled":
            raise JobCancelledError("Generation was cancelled", job=status, code=error.get("code"))
        raise JobFailedError(f"Generation failed: {error.get('message')}", job=status, code=error.get("code"))

    def download(self, url: str, path: str | os.PathLike[str]) -> str:
        """Writes the file behind a result's video_url, thumbnail_url or preview_gif_url; it appears when it is whole.

        The key is sent to this API only, not to other servers.
        """
        link = urlsplit(url if "://" in url else self._transport.base_url + url)
        own = urlsplit(self._transport.base_url)
        headers = self.headers if (link.scheme, link.netloc) == (own.scheme, own.netloc) else {}
        files = Transport(f"{link.scheme}://{link.netloc}", {**headers, "Accept": "*/*"}, _read_error, self._transport.timeout, self._transport.retry)
        with closing(files):
            return write(files.request("GET", link.path + (f"?{link.query}" if link.query else ""), stream=True, redirects=True), path)

    def list_models(self) -> list[dict[str, Any]]:
        return self._transport.json("GET", "/api/v1/models")["models"]

    def get_model(self, model_id: str) -> dict[str, Any]:
        return self._transport.json("GET", f"/api/v1/models/{_segment(model_id)}")

    def load_model(self, model_id: str) -> dict[str, Any]:
        return self._transport.json("POST", f"/api/v1/models/{_segment(model_id)}/load", repeatable=True)

    def unload_model(self, model_id: str) -> dict[str, Any]:
        return self._transport.json("POST", f"/api/v1/models/{_segment(model_id)}/unload", repeatable=True)

    def list_videos(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every video, page after page. filters: model, start_date, end_date, limit (of a page, at most 100), offset."""
        query = {"limit": _PAGE_ROWS, "offset": 0, **filters}
        while True:
            page = self._transport.json("GET", "/api/v1/assets/videos", query=query)
            yield from page["videos"]
            query["offset"] += len(page["videos"])
            if not page["has_more"] or not page["videos"]:
                return

    def get_video(self, video_id: str) -> dict[str, Any]:
        return self._transport.json("GET", f"/api/v1/assets/videos/{_segment(video_id)}")

    def delete_video(self, video_id: str) -> dict[str, Any]:
        return self._transport.json("DELETE", f"/api/v1/assets/videos/{_segment(video_id)}")

    def health(self) -> dict[str, Any]:
        return self._transport.json("GET", "/api/v1/health")

    def metrics(self) -> dict[str, Any]:
        return self._transport.json("GET", "/api/v1/metrics")


def _segment(id: str) -> str:
    if not isinstance(id, str) or not id:
        raise ValueError("An id is a text")
    return quote(id, safe="")


def _status_path(request_id: str) -> str:
    return f"/api/v1/generate/status/{_segment(request_id)}"


def _read_error(body: Mapping[str, Any]) -> dict[str, Any]:
    error = body.get("error")
    if not isinstance(error, Mapping):
        return {"message": error}
    message, details = error.get("message"), error.get("details")
    text = f"{message}: {details}" if isinstance(details, str) and details and details != message else message
    return {"message": text, "code": error.get("code")}
