"""Jobs of the native API."""

from __future__ import annotations

import math
import time
from typing import Any, Callable, Dict, Iterator, Mapping
from urllib.parse import quote

import requests

from .errors import ApiTimeoutError, JobCancelledError, JobFailedError, VideoGenError
from .http import Transport, read_body
from .pages import pages
from .retry import is_transient
from .sse import follow

Job = Dict[str, Any]

ENDS = frozenset(("completed", "failed", "cancelled"))
_WAIT_TIMEOUT = 30 * 60.0
_LONGEST_POLL = 30
_NOT_MODIFIED = 304


class Jobs:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(
        self,
        model: str,
        input: Mapping[str, Any],
        *,
        webhook_url: str | None = None,
        metadata: Mapping[str, str] | None = None,
        priority: int | None = None,
        simulate: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Makes a job. Without a key of your own a fresh one makes the retries of this call safe."""
        body: dict[str, Any] = {"model": model, "input": input}
        more = {"webhook_url": webhook_url, "metadata": metadata, "priority": priority, "simulate": simulate}
        body.update({name: value for name, value in more.items() if value is not None})
        return self._transport.submit("/v1/jobs", body=body, idempotency_key=idempotency_key)

    def get(self, id: str) -> Job:
        return self._transport.json("GET", _path(id))

    def list(self, **filters: Any) -> Iterator[Job]:
        """Newest first, page after page. filters: status and kind (one or several), model, mode (test, live), created_after,
        created_before, limit (of a page); metadata as `**{"metadata[key]": "text"}`."""
        return pages(self._transport, "/v1/jobs", filters)

    def cancel(self, id: str) -> Job:
        """The job, which may take a moment to stop; one that completed or failed before is an ApiError, code job_not_cancellable."""
        return self._transport.json("POST", _path(id) + "/cancel", repeatable=True)

    def delete(self, id: str) -> None:
        """Forgets an ended job and its files."""
        self._transport.json("DELETE", _path(id))

    def events(self, id: str, *, last_event_id: str | None = None) -> Iterator[dict[str, Any]]:
        """The job's events as they happen, from the first, or behind `last_event_id`, to the last."""
        return self._events(id, last_event_id, None)

    def wait(
        self, id: str, *, timeout: float = _WAIT_TIMEOUT, on_progress: Callable[[Job], Any] | None = None, via: str = "poll"
    ) -> Job:
        """The completed job. A job that ends otherwise is a JobFailedError or a JobCancelledError, with the job.

        timeout: seconds. on_progress: called with the job at first and after each change. via: "poll" (long polls) or "stream"
        (server-sent events).
        """
        if via not in ("poll", "stream"):
            raise ValueError('via must be "poll" or "stream"')
        until = time.monotonic() + timeout
        report = on_progress or (lambda job: None)
        if via == "stream":
            for event in self._events(id, None, until):
                report(event["data"])
            # The links in an event are as old as the event; and the feed may no longer hold the last one.
            job = self._poll(id, timeout, until, lambda job: None)
        else:
            job = self._poll(id, timeout, until, report)
        if job["status"] == "completed":
            return job
        error = job.get("error") or {}
        kind = JobCancelledError if job["status"] == "cancelled" else JobFailedError
        raise kind(error.get("message") or f"The job is {job['status']}", job=job, code=error.get("code"))

    def run(self, model: str, input: Mapping[str, Any], **options: Any) -> Job:
        """Makes a job and waits for it; options are those of `submit` and `wait`."""
        waiting = {name: options.pop(name) for name in ("timeout", "on_progress", "via") if name in options}
        return self.wait(self.submit(model, input, **options)["id"], **waiting)

    def _events(self, id: str, last_event_id: str | None, until: float | None) -> Iterator[dict[str, Any]]:
        return follow(
            self._transport,
            _path(id) + "/events",
            last_event_id=last_event_id,
            is_last=lambda event: event["type"].replace("job.", "") in ENDS,
            until=until,
        )

    def _poll(self, id: str, timeout: float, until: float, report: Callable[[Job], Any]) -> Job:
        """An outage shorter than the time-out delays the wait and does not end it."""
        tag: str | None = None
        has_looked = False
        failures = 0
        last: Exception | None = None
        while time.monotonic() < until:
            try:
                response = self._look(id, has_looked, tag, until - time.monotonic())
            except VideoGenError as error:
                if not is_transient(error):
                    raise
                last = error
                time.sleep(max(0.0, min(self._transport.retry.delay(error, failures), until - time.monotonic())))
                failures += 1
                continue
            failures, has_looked = 0, True
            if response.status_code == _NOT_MODIFIED:
                continue
            tag = response.headers.get("ETag")
            job = read_body(response)
            report(job)
            if job["status"] in ENDS:
                return job
        raise ApiTimeoutError(f"Job {id} has not ended within {timeout:g} s") from last

    def _look(self, id: str, waits: bool, tag: str | None, left: float) -> requests.Response:
        """First the present state at once; later the next state, or 304 after a while. Where something takes the tag away, only the end."""
        if not waits:
            return self._transport.request("GET", _path(id), retries=False)
        seconds = max(1, min(_LONGEST_POLL, math.ceil(left)))
        return self._transport.request(
            "GET",
            _path(id),
            query={"wait": f"{seconds}s"},
            headers={"If-None-Match": tag} if tag else None,
            retries=False,
            timeout=self._transport.timeout + seconds,
        )


def _path(id: str) -> str:
    if not isinstance(id, str) or not id:
        raise ValueError("The id of a job is a text")
    return f"/v1/jobs/{quote(id, safe='')}"


def read_problem(body: Mapping[str, Any]) -> dict[str, Any]:
    """The native API's refusals: application/problem+json."""
    return {
        "message": body.get("detail") or body.get("title"),
        "code": body.get("code"),
        "fields": body.get("errors"),
        "retryable": body.get("retryable"),
        "trace_id": body.get("trace_id"),
    }
