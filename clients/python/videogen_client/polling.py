"""Waiting by looking again and again, for APIs without long polls."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterator

from .errors import VideoGenError
from .retry import Retry, is_transient

_FIRST_INTERVAL = 1.0
_LONGEST_INTERVAL = 5.0
_INTERVAL_GROWTH = 1.5


def changes(look: Callable[[], dict[str, Any]], retry: Retry, timeout: float, interval: float | None, late: Exception) -> Iterator[dict[str, Any]]:
    """The state at first, and after each change. It ends by whoever iterates, or with `late` when the time is over.

    interval: seconds between looks; by default growing from 1 to 5. An outage shorter than the time-out delays it and does not end it.
    """
    until = time.monotonic() + timeout
    pause = _FIRST_INTERVAL if interval is None else interval
    seen: dict[str, Any] | None = None
    failures = 0
    while True:
        wait = pause
        state: dict[str, Any] | None = None
        try:
            state = look()
            failures = 0
        except VideoGenError as error:
            if not is_transient(error):
                raise
            wait = retry.delay(error, failures)
            failures += 1
        if state is not None and state != seen:
            seen = state
            yield state
        if time.monotonic() + wait > until:
            raise late
        time.sleep(wait)
        if interval is None:
            pause = min(_LONGEST_INTERVAL, pause * _INTERVAL_GROWTH)
