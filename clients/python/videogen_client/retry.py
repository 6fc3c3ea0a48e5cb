"""When to try again."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .errors import ApiConnectionError, ApiError, ApiTimeoutError

_IN_FLIGHT = "idempotency_key_in_flight"


@dataclass(frozen=True)
class Retry:
    """Exponential back-off with jitter, and never before the server's Retry-After.

    max_retries: attempts beyond the first. base_delay, max_delay: seconds. max_retry_after: when the server asks for a longer wait, in
    seconds, the error is raised instead.
    """

    max_retries: int = 4
    base_delay: float = 0.5
    max_delay: float = 30.0
    max_retry_after: float = 60.0

    def wait_after(self, error: Exception, attempt: int, repeatable: bool) -> float | None:
        """The seconds to wait after attempt number `attempt` (from 0), or None to give up."""
        if attempt >= self.max_retries or not is_transient(error, repeatable):
            return None
        if (getattr(error, "retry_after", None) or 0) > self.max_retry_after:
            return None
        return self.delay(error, attempt)

    def delay(self, error: Exception | None, attempt: int) -> float:
        back_off = min(self.max_delay, self.base_delay * 2.0 ** min(attempt, 30)) * (0.5 + random.random() / 2)
        asked = getattr(error, "retry_after", None)
        # What was told to all is spread a little, so that all do not come back at once.
        return max(back_off, asked + random.random() * self.base_delay) if asked else back_off


def is_transient(error: Exception, repeatable: bool = True) -> bool:
    """Whether the same request may succeed later.

    repeatable: False when a second request could have a second effect; then only what certainly had none is repeated.
    """
    if isinstance(error, ApiError):
        if error.status == 429:
            return True
        if not repeatable:
            return False
        in_flight = error.status == 409 and error.code == _IN_FLIGHT
        return in_flight or error.status == 408 or (error.status >= 500 and error.retryable is not False)
    if isinstance(error, ApiConnectionError):
        return repeatable or not error.sent
    return isinstance(error, ApiTimeoutError) and repeatable


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None when there is none."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass  # Then it is a date.
    try:
        at = parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, at - (time.time() if now is None else now))
