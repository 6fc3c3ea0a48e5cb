"""Everything that this package raises by itself."""

from __future__ import annotations

from typing import Any


class VideoGenError(Exception):
    """The root of them all."""


class ApiError(VideoGenError):
    """The API refused the call.

    status: the HTTP status. code: the API's own code. fields: what is wrong with each field. retryable: whether the same request may
    succeed later. retry_after: seconds to wait before that. What the API does not tell is None. body: the answer, as JSON or text.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        fields: dict[str, list[str]] | None = None,
        retryable: bool | None = None,
        retry_after: float | None = None,
        trace_id: str | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.fields = fields or {}
        self.retryable = retryable
        self.retry_after = retry_after
        self.trace_id = trace_id
        self.body = body

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}" if self.code else f"{self.status}: {self.message}"


class ApiConnectionError(VideoGenError, ConnectionError):
    """No answer came: the server was not reached, or the connection broke."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        #: False when certainly nothing of the request left this machine.
        self.sent = sent


class ApiTimeoutError(VideoGenError, TimeoutError):
    """No answer came in time, or a job did not end in time."""


class JobFailedError(VideoGenError):
    """A job ended without a result; `job` is what the API shows of it."""

    def __init__(self, message: str, *, job: dict[str, Any], code: str | None = None) -> None:
        super().__init__(message)
        self.job = job
        self.code = code


class JobCancelledError(JobFailedError):
    """A job was cancelled."""


class WebhookVerificationError(VideoGenError, ValueError):
    """A webhook is not what it says: its signature, its time or its headers are wrong."""
