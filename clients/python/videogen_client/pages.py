"""Lists that come page by page."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from .http import Transport


def pages(transport: Transport, path: str, filters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Every entry of a list, page after page, read when they are needed."""
    query = dict(filters or {})
    while True:
        page = transport.json("GET", path, query=query)
        yield from page["data"]
        query["cursor"] = page["next_cursor"]
        if not query["cursor"]:
            return
