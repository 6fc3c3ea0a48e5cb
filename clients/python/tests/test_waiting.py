from __future__ import annotations

import time

from tests.server import QUICK, ServerCase, event, job, problem
from videogen_client import ApiError, ApiTimeoutError, JobCancelledError, JobFailedError, VideoGenClient
from videogen_client.sse import parse


class WaitingForAJob(ServerCase):
    def client(self, answer):
        return self.using(VideoGenClient("k", self.serve(answer), retry=QUICK))

    def test_a_wait_looks_at_once_then_polls_long_for_each_change_and_reports_it(self):
        states = [job("j1", "queued"), job("j1", "running", 40), None, job("j1", "completed", 100)]

        def answer(request):
            state = states[request.number - 1]
            return (200, state, {"ETag": f'"{request.number}"'}) if state else (304,)

        seen = []
        done = self.client(answer).jobs.wait("j1", on_progress=lambda one: seen.append((one["status"], one["progress"]["percent"])))

        self.assertEqual(done["status"], "completed")
        self.assertEqual(seen, [("queued", 0), ("running", 40), ("completed", 100)])
        self.assertEqual([(one.query.get("wait"), one.headers.get("if-none-match")) for one in self.requests],
                         [(None, None), ("30s", '"1"'), ("30s", '"2"'), ("30s", '"2"')])

    def test_a_wait_polls_long_even_where_something_takes_the_tags_away(self):
        client = self.client(lambda request: (200, job("j1", "running" if request.number < 3 else "completed")))
        client.jobs.wait("j1")
        self.assertEqual([one.query.get("wait") for one in self.requests], [None, "30s", "30s"])

    def test_a_failed_job_is_raised_with_its_code_and_itself(self):
        error = {"code": "content_rejected", "message": "The provider refused the content"}
        client = self.client(lambda request: (200, job("j1", "failed", 40, error=error)))
        with self.assertRaises(JobFailedError) as caught:
            client.jobs.wait("j1")
        self.assertNotIsInstance(caught.exception, JobCancelledError)
        self.assertEqual((str(caught.exception), caught.exception.code, caught.exception.job["id"]),
                         ("The provider refused the content", "content_rejected", "j1"))

    def test_a_cancelled_job_is_raised_as_such(self):
        client = self.client(lambda request: (200, job("j1", "cancelled", error={"code": "cancelled", "message": "The job was cancelled"})))
        self.assertRaises(JobCancelledError, client.jobs.wait, "j1")

    def test_a_wait_that_is_over_is_a_timeout_error(self):
        def answer(request):
            time.sleep(0.04 if request.query else 0)  # A long poll that ends without a change.
            return 200, job("j1", "running"), {"ETag": '"1"'}

        with self.assertRaises(TimeoutError) as caught:
            self.client(answer).jobs.wait("j1", timeout=0.1)
        self.assertIsInstance(caught.exception, ApiTimeoutError)

    def test_an_outage_delays_a_wait_and_does_not_end_it(self):
        def answer(request, out):
            if request.number > 12:
                return 200, job("j1", "completed")
            return (503, problem(503, "service_unavailable", retryable=True)) if request.number % 2 else out.drop()

        self.assertEqual(self.client(answer).jobs.wait("j1")["status"], "completed")

    def test_a_job_that_is_not_there_ends_a_wait(self):
        client = self.client(lambda request: (404, problem(404, "not_found")))
        self.assertRaises(ApiError, client.jobs.wait, "j1")

    def test_an_error_of_the_progress_callback_comes_to_the_caller(self):
        client = self.client(lambda request: (200, job("j1", "running")))

        def report(_):
            raise KeyError("mine")

        self.assertRaises(KeyError, client.jobs.wait, "j1", on_progress=report)

    def test_run_submits_and_waits(self):
        client = self.client(lambda request: (202, job("j1", "queued")) if request.method == "POST" else (200, job("j1", "completed")))
        done = client.jobs.run("m", {}, idempotency_key="one", timeout=5)
        self.assertEqual((done["status"], self.requests[0].headers["idempotency-key"]), ("completed", "one"))


class FollowingEvents(ServerCase):
    def client(self, answer):
        return self.using(VideoGenClient("k", self.serve(answer), retry=QUICK))

    def test_messages_are_the_same_wherever_the_bytes_are_cut(self):
        text = "retry: 10\r\n\r\n: heartbeat\n\nid: 1\nevent: a\ndata: café\ndata:✓\n\nid\rdata\r\r\n".encode()
        whole = list(parse([text]))
        self.assertEqual(whole, [{"retry": 0.01}, {"id": "1", "event": "a", "data": "café\n✓"}, {"id": "", "data": ""}])
        for size in range(1, 12):
            self.assertEqual(list(parse(text[at:at + size] for at in range(0, len(text), size))), whole, size)

    def test_events_of_a_job_are_read_to_the_last(self):
        client = self.client(lambda request, out: out.stream(
            "retry: 10\n\n: heartbeat\n\n", event("1", "job.queued", job("j1", "queued")), event("2", "job.completed", job("j1", "completed", note="café ✓"))))
        seen = [(one["id"], one["type"], one["data"].get("note")) for one in client.jobs.events("j1")]
        self.assertEqual(seen, [("1", "job.queued", None), ("2", "job.completed", "café ✓")])

    def test_a_stream_that_breaks_goes_on_behind_the_last_event(self):
        def answer(request, out):
            if request.number == 1:
                return out.stream("retry: 5\n\n", event("1", "job.queued", job("j1", "queued")))
            if request.number == 2:
                return 503, problem(503, "service_unavailable", retryable=True)
            return out.stream(event("2", "job.failed", job("j1", "failed")), end=True)

        self.assertEqual([one["type"] for one in self.client(answer).jobs.events("j1")], ["job.queued", "job.failed"])
        self.assertEqual([one.headers.get("last-event-id") for one in self.requests], [None, "1", "1"])

    def test_a_stream_that_ends_in_good_order_is_opened_again(self):
        def answer(request, out):
            type = "job.progressed" if request.number < 3 else "job.completed"
            out.stream("retry: 5\n\n", event(str(request.number), type, job("j1", "running")), end=True)

        self.assertEqual([one["id"] for one in self.client(answer).jobs.events("j1")], ["1", "2", "3"])

    def test_a_stream_without_chunks_is_read_as_it_comes(self):
        def answer(request, out):
            out.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + event("1", "job.queued", job("j1", "queued")).encode())
            for _ in range(500):
                if self.seen:
                    break
                time.sleep(0.01)  # The second event comes only when the first has been read.
            out.raw(event("2", "job.completed", job("j1", "completed")).encode())
            out.drop()

        self.seen = []
        for one in self.client(answer).jobs.events("j1"):
            self.seen.append(one["id"])
        self.assertEqual((self.seen, len(self.requests)), (["1", "2"], 1))

    def test_a_stream_of_nothing_left_to_read_ends(self):
        self.assertEqual(list(self.client(lambda request: (204,)).jobs.events("j1", last_event_id="9")), [])
        self.assertEqual(self.requests[0].headers["last-event-id"], "9")

    def test_a_stream_of_a_job_that_is_not_there_is_refused(self):
        with self.assertRaises(ApiError):
            next(self.client(lambda request: (404, problem(404, "not_found"))).jobs.events("j1"))

    def test_a_wait_by_stream_reports_each_event_and_ends_with_fresh_links(self):
        def answer(request, out):
            if not request.path.endswith("/events"):
                return 200, job("j1", "completed", 100, fresh=True)
            return out.stream(event("1", "job.queued", job("j1", "queued")), event("2", "job.progressed", job("j1", "running", 50)),
                              event("3", "job.completed", job("j1", "completed", 100)))

        seen = []
        done = self.client(answer).jobs.wait("j1", via="stream", on_progress=lambda one: seen.append(one["progress"]["percent"]))
        self.assertEqual((seen, done["fresh"]), ([0, 50, 100], True))

    def test_a_wait_by_stream_keeps_its_time_limit(self):
        def answer(request, out):
            out.stream("retry: 5\n\n", event("1", "job.queued", job("j1", "queued")))

        self.assertRaises(ApiTimeoutError, self.client(answer).jobs.wait, "j1", via="stream", timeout=0.1)

    def test_a_wait_by_stream_keeps_its_time_limit_while_the_server_shows_signs_of_life(self):
        def answer(request, out):
            if not request.path.endswith("/events"):
                return 200, job("j1", "running")
            out.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not self.is_over:
                out.raw(b"d\r\n: heartbeat\n\n\r\n")
                time.sleep(0.02)  # The pace of the heartbeats.

        self.is_over = False
        began = time.monotonic()
        self.assertRaises(ApiTimeoutError, self.client(answer).jobs.wait, "j1", via="stream", timeout=0.3)
        self.is_over = True
        self.assertLess(time.monotonic() - began, 5)

    def test_the_stream_of_the_account_begins_where_it_is_told(self):
        client = self.client(lambda request, out: out.stream(event("7", "job.completed", job("j1", "completed")), event("8", "job.queued", job("j2", "queued"))))
        stream = client.events.stream(after="6")
        self.assertEqual([next(stream)["data"]["id"], next(stream)["data"]["id"]], ["j1", "j2"])
        self.assertEqual((self.requests[0].path, self.requests[0].headers["last-event-id"]), ("/v1/events/stream", "6"))
