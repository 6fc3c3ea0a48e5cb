"""A real HTTP server on loopback for one test: records requests, answers as told, and ends with the test."""

from __future__ import annotations

import json
import socket
import threading
import unittest
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable
from urllib.parse import parse_qsl, urlsplit

from videogen_client import Retry

#: Retries that take no time worth speaking of.
QUICK = Retry(base_delay=0.001, max_delay=0.005)


@dataclass
class Request:
    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ServerCase(unittest.TestCase):
    """Each test calls `serve` once."""

    def using(self, client: Any) -> Any:
        self.addCleanup(client.close)
        return client

    def serve(self, answer: Callable[..., Any]) -> str:
        """answer(request) returns (status, body, headers); answer(request, out) may write by itself and return None."""
        self.requests: list[Request] = []
        case = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                url = urlsplit(self.path)
                body = self.read_body()
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(len(case.requests) + 1, self.command, url.path, dict(parse_qsl(url.query)), headers, body)
                case.requests.append(request)
                told = answer(request, Out(self)) if answer.__code__.co_argcount > 1 else answer(request)
                if told is not None:
                    self.send(*told)

            def read_body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def send(self, status: int, content: Any = b"", headers: dict[str, str] | None = None) -> None:
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_one

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.handle_error = lambda *args: None  # type: ignore[method-assign] # A client that leaves is part of some tests.
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"


class Out:
    """The answer's raw side."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def drop(self) -> None:
        """Breaks the connection without an answer."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def raw(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def stream(self, *pieces: str, end: bool = False) -> None:
        """Server-sent events in chunks; without `end` the stream breaks after them."""
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            data = piece.encode()
            self.raw(b"%x\r\n%s\r\n" % (len(data), data))
        if end:
            self.raw(b"0\r\n\r\n")
        else:
            self.drop()


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def job(id: str, status: str, percent: int = 0, **more: Any) -> dict[str, Any]:
    """A job as the native API shows it."""
    progress = {"percent": percent, "step": "frame_generation", "message": None}
    return {"id": id, "status": status, "model": "veo3.1", "progress": progress, "output": None, "error": None, **more}


def problem(status: int, code: str, **more: Any) -> dict[str, Any]:
    """The native API's refusal."""
    known = {"type": f"urn:videogen:error:{code}", "title": code, "status": status, "code": code, "detail": f"It is {code}."}
    return {**known, "retryable": False, "trace_id": "abc", **more}


def event(id: str, type: str, data: dict[str, Any]) -> str:
    body = json.dumps({"type": type, "timestamp": "2026-01-01T00:00:00Z", "data": data}, ensure_ascii=False)
    return f"id: {id}\nevent: {type}\ndata: {body}\n\n"
