from __future__ import annotations

import io
import os
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlencode

from tests.server import QUICK, ServerCase, closed_port, job, problem
from videogen_client import ApiConnectionError, ApiError, ApiTimeoutError, Retry, VideoGenClient


class CallingTheNativeApi(ServerCase):
    def client(self, answer, **more):
        return self.using(VideoGenClient("vg_test_key", self.serve(answer) + "/", **{"retry": QUICK, **more}))

    def test_a_submit_sends_the_job_as_it_stands_with_the_key_and_a_fresh_idempotency_key(self):
        client = self.client(lambda request: (202, job("j1", "queued")))

        made = client.jobs.submit("veo3.1", {"prompt": "a café ✓"}, webhook_url="https://x.example/h", metadata={"order": "7"})
        client.jobs.submit("veo3.1", {})

        first, second = self.requests
        self.assertEqual(made["id"], "j1")
        self.assertEqual((first.method, first.path), ("POST", "/v1/jobs"))
        self.assertEqual(
            first.json,
            {"model": "veo3.1", "input": {"prompt": "a café ✓"}, "webhook_url": "https://x.example/h", "metadata": {"order": "7"}},
        )
        self.assertEqual(first.headers["authorization"], "Bearer vg_test_key")
        self.assertRegex(first.headers["idempotency-key"], "^[0-9a-f-]{36}$")
        self.assertNotEqual(first.headers["idempotency-key"], second.headers["idempotency-key"])
        self.assertRegex(first.headers["user-agent"], r"^videogen-python/\d")

    def test_a_key_of_the_caller_is_sent_as_it_is(self):
        self.client(lambda request: (202, job("j1", "queued"))).jobs.submit("m", {}, idempotency_key="order-7")
        self.assertEqual(self.requests[0].headers["idempotency-key"], "order-7")

    def test_a_line_for_the_host_in_netrc_does_not_take_the_keys_place(self):
        with tempfile.TemporaryDirectory() as folder:
            netrc = Path(folder, "netrc")
            netrc.write_text("machine 127.0.0.1 login someone password secret\n")
            netrc.chmod(0o600)
            os.environ["NETRC"] = str(netrc)
            self.addCleanup(os.environ.pop, "NETRC")
            self.client(lambda request: (200, {})).account.get()
        self.assertEqual(self.requests[0].headers["authorization"], "Bearer vg_test_key")

    def test_a_refusal_is_an_api_error_with_everything_that_the_api_told(self):
        client = self.client(lambda request: (400, problem(400, "invalid_request", errors={"input.prompt": ["is required"]})))
        with self.assertRaises(ApiError) as caught:
            client.jobs.submit("m", {})
        error = caught.exception
        self.assertEqual(
            (error.status, error.code, error.message, error.retryable, error.retry_after, error.trace_id),
            (400, "invalid_request", "It is invalid_request.", False, None, "abc"),
        )
        self.assertEqual((error.fields, str(error)), ({"input.prompt": ["is required"]}, "400 invalid_request: It is invalid_request."))
        self.assertEqual(len(self.requests), 1)

    def test_an_answer_of_something_in_between_is_an_api_error_too(self):
        client = self.client(lambda request: (404, b"<html>Not here</html>"))
        with self.assertRaises(ApiError) as caught:
            client.jobs.get("x")
        error = caught.exception
        self.assertEqual((error.status, error.code, error.message, error.body), (404, None, "The server answered 404 Not Found", "<html>Not here</html>"))

    def test_an_answer_that_is_no_json_is_a_connection_error(self):
        client = self.client(lambda request: (200, b"<html>Sign in to this network</html>"))
        self.assertRaisesRegex(ApiConnectionError, "/v1/account answered 200 with something else than JSON", client.account.get)

    def test_a_redirect_is_refused_so_that_the_key_stays_with_its_server(self):
        client = self.client(lambda request: (302, b"", {"Location": "https://elsewhere.example/"}))
        with self.assertRaisesRegex(ApiError, r"302: The server answered 302 Found \(to https://elsewhere.example/\)"):
            client.account.get()

    def test_a_server_that_cannot_be_reached_is_a_connection_error(self):
        client = self.using(VideoGenClient("k", f"http://127.0.0.1:{closed_port()}", retry=QUICK))
        with self.assertRaises(ConnectionError) as caught:
            client.account.get()
        self.assertIsInstance(caught.exception, ApiConnectionError)
        self.assertFalse(caught.exception.sent)

    def test_no_answer_in_time_is_a_timeout_error(self):
        waits = []

        class Counting(Retry):
            def delay(self, error, attempt):
                waits.append(type(error))
                return 0.0

        client = self.client(lambda request, out: None, timeout=0.05, retry=Counting(max_retries=1))
        with self.assertRaises(TimeoutError) as caught:
            client.account.get()
        self.assertIsInstance(caught.exception, ApiTimeoutError)
        self.assertEqual(waits, [ApiTimeoutError])

    def test_a_list_is_read_page_after_page_only_as_far_as_it_is_needed(self):
        def answer(request):
            if request.query.get("cursor") == "c2":
                return 200, {"data": [job("j3", "failed")], "next_cursor": None, "has_more": False}
            return 200, {"data": [job("j1", "failed"), job("j2", "failed")], "next_cursor": "c2", "has_more": True}

        client = self.client(answer)
        jobs = list(client.jobs.list(status=["failed", "cancelled"], created_after=datetime(1970, 1, 1, tzinfo=timezone.utc)))
        next(client.jobs.list())

        self.assertEqual([one["id"] for one in jobs], ["j1", "j2", "j3"])
        self.assertEqual(self.requests[0].query, {"status": "failed,cancelled", "created_after": "1970-01-01T00:00:00Z"})
        self.assertEqual(self.requests[1].query["cursor"], "c2")
        self.assertEqual(len(self.requests), 3)

    def test_the_feed_is_read_to_its_present_end(self):
        def answer(request):
            after = request.query["after"]
            return 200, {"data": [{"id": f"evt_{after}"}], "next_cursor": f"{after}1", "has_more": after == "0"}

        events = list(self.client(answer).events.list(after="0", type="job.completed"))
        self.assertEqual([one["id"] for one in events], ["evt_0", "evt_01"])
        self.assertEqual(self.requests[1].query, {"after": "01", "type": "job.completed"})

    def test_every_other_call_goes_to_its_route(self):
        client = self.client(lambda request: (204,) if request.method == "DELETE" else (200, {"data": [], "next_cursor": None}))

        client.quote("m", {"a": 1})
        client.jobs.cancel("a/b")
        client.jobs.delete("j1")
        client.models.get("veo3.1")
        list(client.models.list(kind="video", active=True))
        client.account.get()
        list(client.account.ledger(kind="hold"))
        client.assets.get("a1")
        list(client.assets.list(kind="video"))
        client.assets.delete("a1")
        client.webhooks.endpoints.create("https://x.example/", format="vsl")
        client.webhooks.endpoints.change("e1", enabled=False)
        client.webhooks.endpoints.test("e1")
        client.webhooks.endpoints.get("e1")
        list(client.webhooks.endpoints.list())
        client.webhooks.endpoints.delete("e1")
        list(client.webhooks.deliveries.list(status="failed"))
        client.webhooks.deliveries.get("d1")
        client.webhooks.deliveries.replay("d1")

        routes = [f"{one.method} {one.path} {urlencode(one.query)}".strip() for one in self.requests]
        self.assertEqual(routes, [
            "POST /v1/quotes", "POST /v1/jobs/a%2Fb/cancel", "DELETE /v1/jobs/j1", "GET /v1/models/veo3.1",
            "GET /v1/models kind=video&active=true", "GET /v1/account", "GET /v1/account/ledger kind=hold", "GET /v1/assets/a1",
            "GET /v1/assets kind=video", "DELETE /v1/assets/a1", "POST /v1/webhooks/endpoints", "PATCH /v1/webhooks/endpoints/e1",
            "POST /v1/webhooks/endpoints/e1/test", "GET /v1/webhooks/endpoints/e1", "GET /v1/webhooks/endpoints",
            "DELETE /v1/webhooks/endpoints/e1", "GET /v1/webhooks/deliveries status=failed", "GET /v1/webhooks/deliveries/d1",
            "POST /v1/webhooks/deliveries/d1/replay",
        ])
        self.assertEqual(self.requests[10].json, {"url": "https://x.example/", "format": "vsl"})

    def test_what_is_missing_or_wrong_is_told_before_anything_is_sent(self):
        for mistake in (lambda: VideoGenClient(""), lambda: VideoGenClient("k", "localhost"), lambda: VideoGenClient("k").jobs.get("")):
            self.assertRaises(ValueError, mistake)
        self.assertRaisesRegex(ValueError, '"poll" or "stream"', VideoGenClient("k").jobs.wait, "j", via="pigeon")


class MovingFiles(ServerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def client(self, answer):
        return self.using(VideoGenClient("vg_test_key", self.serve(answer), retry=QUICK))

    def test_an_upload_streams_a_file_of_the_disk_under_its_name_and_once_more_after_a_429(self):
        path = self.folder / "a café.png"
        path.write_bytes(b"x" * 300_000)
        client = self.client(lambda request: (429, problem(429, "rate_limited")) if request.number == 1 else (201, {"id": "a1"}))

        self.assertEqual(client.upload(path, content_type="image/png")["id"], "a1")

        self.assertEqual([len(one.body) for one in self.requests], [300_000, 300_000])
        headers = self.requests[1].headers
        self.assertEqual((headers["content-type"], headers["content-disposition"]), ("image/png", "attachment; filename*=UTF-8''a%20caf%C3%A9.png"))

    def test_an_upload_takes_bytes_and_open_files_from_where_they_stand(self):
        client = self.client(lambda request: (429, problem(429, "rate_limited")) if request.number == 2 else (201, {"id": "a1"}))
        client.upload(b"abc", filename="x.jpg")
        file = io.BytesIO(b"headdef")
        file.seek(4)
        client.upload(file)
        self.assertEqual([(one.body, one.headers["content-type"]) for one in self.requests],
                         [(b"abc", "application/octet-stream"), (b"def", "application/octet-stream"), (b"def", "application/octet-stream")])

    def test_a_download_writes_the_file_whole_and_sends_no_key_to_the_link(self):
        client = self.client(lambda request: (200, b"v" * 100_000))
        url = self.requests_url(client) + "/v1/assets/a1/content?expires=1&signature=a%2Bb"

        client.assets.download({"url": url}, self.folder / "video.mp4")

        self.assertEqual((self.folder / "video.mp4").stat().st_size, 100_000)
        self.assertEqual(os.listdir(self.folder), ["video.mp4"])
        request = self.requests[0]
        self.assertEqual((request.path, request.query["signature"]), ("/v1/assets/a1/content", "a+b"))
        self.assertNotIn("authorization", request.headers)

    def test_a_download_that_breaks_leaves_no_file(self):
        def answer(request, out):
            out.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart")
            out.drop()

        client = self.client(answer)
        with self.assertRaises(ApiConnectionError):
            client.assets.download({"url": self.requests_url(client) + "/x"}, self.folder / "video.mp4")
        self.assertEqual(os.listdir(self.folder), [])

    @staticmethod
    def requests_url(client):
        return client._transport.base_url
