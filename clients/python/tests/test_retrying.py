from __future__ import annotations

import time
import unittest

from tests.server import QUICK, ServerCase, closed_port, job, problem
from videogen_client import ApiConnectionError, ApiError, Retry, VideoGenClient
from videogen_client.retry import parse_retry_after


class Retrying(ServerCase):
    def client(self, answer, retry=QUICK):
        return self.using(VideoGenClient("k", self.serve(answer), retry=retry))

    def test_a_read_is_repeated_after_what_passes(self):
        statuses = [429, 500, 502, 503, 504, 408]
        client = self.client(
            lambda request: (statuses[request.number - 1], problem(0, "x", retryable=True)) if request.number <= 6 else (200, job("j1", "queued")),
            Retry(max_retries=6, base_delay=0.001),
        )
        self.assertEqual(client.jobs.get("j1")["id"], "j1")
        self.assertEqual(len(self.requests), 7)

    def test_a_submit_is_repeated_after_500_a_broken_connection_and_a_key_in_flight_with_the_same_key_and_body(self):
        def answer(request, out):
            if request.number == 1:
                return 500, problem(500, "internal_error", retryable=True)
            if request.number == 2:
                return out.drop()
            if request.number == 3:
                return 409, problem(409, "idempotency_key_in_flight", retryable=True)
            return 202, job("j1", "queued")

        self.assertEqual(self.client(answer).jobs.submit("m", {"n": 1})["id"], "j1")
        self.assertEqual(len(self.requests), 4)
        self.assertEqual(len({one.headers["idempotency-key"] for one in self.requests}), 1)
        self.assertEqual(len({one.body for one in self.requests}), 1)

    def test_what_may_have_had_its_effect_is_not_repeated_without_a_key(self):
        client = self.client(lambda request: (500, problem(500, "internal_error", retryable=True)))
        self.assertRaises(ApiError, client.upload, b"x")
        self.assertRaises(ApiError, client.webhooks.endpoints.create, "https://x.example/")
        self.assertEqual(len(self.requests), 2)

    def test_what_broke_on_the_way_is_not_repeated_without_a_key_either(self):
        client = self.client(lambda request, out: out.drop())
        self.assertRaises(ApiConnectionError, client.upload, b"x")
        self.assertEqual(len(self.requests), 1)

    def test_what_was_never_sent_is_repeated_in_any_case(self):
        waits = []

        class Counting(Retry):
            def delay(self, error, attempt):
                waits.append(attempt)
                return 0.0

        client = self.using(VideoGenClient("k", f"http://127.0.0.1:{closed_port()}", retry=Counting(max_retries=2)))
        self.assertRaises(ApiConnectionError, client.upload, b"x")
        self.assertEqual(waits, [0, 1])

    def test_a_refusal_is_final(self):
        for status, code in [(400, "invalid_request"), (401, "unauthorized"), (402, "insufficient_credits"), (404, "not_found"),
                             (409, "conflict"), (422, "idempotency_key_reused"), (501, "x")]:
            with self.subTest(status):
                client = self.client(lambda request: (status, problem(status, code)))
                with self.assertRaises(ApiError) as caught:
                    client.jobs.submit("m", {})
                self.assertEqual((caught.exception.status, len(self.requests)), (status, 1))

    def test_the_error_of_the_last_attempt_is_raised(self):
        client = self.client(
            lambda request: (503, problem(503, "service_unavailable", detail=f"attempt {request.number}", retryable=True)), Retry(2, 0.001))
        self.assertRaisesRegex(ApiError, "attempt 3", client.jobs.get, "j")

    def test_retry_after_is_waited_for(self):
        times = []

        def answer(request):
            times.append(time.monotonic())
            return (429, problem(429, "rate_limited"), {"Retry-After": "1"}) if request.number == 1 else (200, job("j1", "queued"))

        self.client(answer).jobs.get("j1")
        self.assertGreaterEqual(times[1] - times[0], 0.995)

    def test_a_retry_after_that_is_too_long_is_the_callers_business(self):
        client = self.client(lambda request: (429, problem(429, "rate_limited"), {"Retry-After": "3600"}))
        with self.assertRaises(ApiError) as caught:
            client.jobs.get("j")
        self.assertEqual((caught.exception.retry_after, len(self.requests)), (3600, 1))


class DecidingTheWait(unittest.TestCase):
    def test_waits_grow_keep_within_their_limit_and_differ(self):
        policy = Retry(base_delay=0.1, max_delay=1)
        for attempt, most in [(0, 0.1), (1, 0.2), (2, 0.4), (3, 0.8), (4, 1), (2000, 1)]:
            waits = [policy.delay(None, attempt) for _ in range(50)]
            self.assertTrue(all(most / 2 <= wait <= most for wait in waits), waits)
            self.assertGreater(len(set(waits)), 1)

    def test_retry_after_is_seconds_or_a_date(self):
        now = 1767225600  # 2026-01-01T00:00:00Z
        self.assertEqual(parse_retry_after("12", now), 12)
        self.assertEqual(parse_retry_after("Thu, 01 Jan 2026 00:01:00 GMT", now), 60)
        self.assertEqual(parse_retry_after("Wed, 31 Dec 2025 00:00:00 GMT", now), 0)
        for nothing in (None, "", "soon"):
            self.assertIsNone(parse_retry_after(nothing, now))
