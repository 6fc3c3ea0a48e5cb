from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.server import QUICK, ServerCase
from videogen_client import ApiError, JobCancelledError, JobFailedError, VisualizrClient

ACCEPTED = {"request_id": "video_req_1", "status": "processing", "estimated_time_seconds": 30}


class SpeakingVisualizr(ServerCase):
    def client(self, answer, **more):
        self.url = self.serve(answer)
        return self.using(VisualizrClient(base_url=self.url + "/visualizr", retry=QUICK, **{"api_key": "key", **more}))

    def test_a_text_becomes_a_request_with_whatever_else_is_given(self):
        client = self.client(lambda request: (200, ACCEPTED))
        made = client.generate_video("A sunset", model="animatediff", num_frames=24)
        request = self.requests[0]
        self.assertEqual(made["request_id"], "video_req_1")
        self.assertEqual((request.method, request.path, request.headers["authorization"]), ("POST", "/visualizr/api/v1/generate/video", "Bearer key"))
        self.assertEqual(request.json, {"prompt": "A sunset", "model": "animatediff", "num_frames": 24})
        self.assertRegex(request.headers["idempotency-key"], "^[0-9a-f-]{36}$")

    def test_an_image_goes_as_a_form_and_again_with_the_same_key(self):
        client = self.client(lambda request, out: out.drop() if request.number == 1 else (200, ACCEPTED))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "face.png")
            path.write_bytes(b"\x89PNG bytes")
            client.generate_video_from_image(path, motion_prompt="gentle swaying", duration_seconds=3, motion_strength=0.7)
        for request in self.requests:
            self.assertIn(b'name="image"; filename="face.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG bytes\r\n', request.body)
            self.assertIn(b'name="motion_prompt"\r\n\r\ngentle swaying\r\n', request.body)
            self.assertIn(b'name="motion_strength"\r\n\r\n0.7\r\n', request.body)
        self.assertEqual((len(self.requests), len({one.headers["idempotency-key"] for one in self.requests})), (2, 1))

    def test_a_character_moves(self):
        client = self.client(lambda request: (200, ACCEPTED))
        client.generate_character_animation("assistant", "greeting", emotion="happy", idempotency_key="one")
        request = self.requests[0]
        self.assertEqual((request.path, request.headers["idempotency-key"]), ("/visualizr/api/v1/generate/character-animation", "one"))
        self.assertEqual(request.json, {"character_id": "assistant", "action": "greeting", "emotion": "happy"})

    def test_a_wait_reports_changes_and_gives_the_completed_status(self):
        states = [("processing", 0), ("processing", 65), ("processing", 65), None, ("completed", 100)]

        def answer(request):
            state = states[request.number - 1]
            return (200, {"request_id": "r", "status": state[0], "progress": state[1]}) if state else (503, {"error": {"code": "QUEUE_FULL", "message": "x"}})

        seen = []
        done = self.client(answer).wait_for_completion("r", interval=0.001, on_progress=lambda one: seen.append(one["progress"]))
        self.assertEqual((done["status"], seen), ("completed", [0, 65, 100]))
        self.assertEqual(self.requests[0].path, "/visualizr/api/v1/generate/status/r")

    def test_a_watch_shows_every_change_to_the_end(self):
        states = ["processing", "processing", "cancelled"]
        client = self.client(lambda request: (200, {"request_id": "r", "status": states[request.number - 1]}))
        self.assertEqual([one["status"] for one in client.watch("r", interval=0.001)], ["processing", "cancelled"])

    def test_a_wait_raises_what_came_instead(self):
        def answer(request):
            status = request.path.split("/")[-1]
            error = {"code": "GENERATION_FAILED", "message": "invalid prompt", "details": "x"}
            return 200, {"request_id": status, "status": status, **({"error": error} if status == "failed" else {})}

        client = self.client(answer)
        with self.assertRaisesRegex(JobFailedError, "^Generation failed: invalid prompt$") as failed:
            client.wait_for_completion("failed")
        self.assertEqual(failed.exception.code, "GENERATION_FAILED")
        self.assertRaises(JobCancelledError, client.wait_for_completion, "cancelled")
        self.assertRaisesRegex(TimeoutError, "Generation timed out", client.wait_for_completion, "processing", timeout=0.02)

    def test_a_refusal_is_an_api_error(self):
        client = self.client(lambda request: (404, {"error": {"code": "REQUEST_NOT_FOUND", "message": "Not found", "details": "no such request"}}))
        with self.assertRaises(ApiError) as caught:
            client.get_status("x")
        self.assertEqual((caught.exception.status, caught.exception.code, caught.exception.message), (404, "REQUEST_NOT_FOUND", "Not found: no such request"))

    def test_every_other_call_goes_to_its_route(self):
        client = self.client(lambda request: (200, {"models": [{"id": "m"}]}))
        self.assertEqual(client.list_models(), [{"id": "m"}])
        for call in (client.get_model, client.load_model, client.unload_model, client.get_video, client.delete_video, client.cancel):
            call("x/y")
        client.health()
        client.metrics()
        self.assertEqual([f"{one.method} {one.path.replace('/visualizr/api/v1', '')}" for one in self.requests], [
            "GET /models", "GET /models/x%2Fy", "POST /models/x%2Fy/load", "POST /models/x%2Fy/unload", "GET /assets/videos/x%2Fy",
            "DELETE /assets/videos/x%2Fy", "DELETE /generate/x%2Fy", "GET /health", "GET /metrics",
        ])

    def test_videos_are_listed_page_after_page(self):
        def answer(request):
            offset = int(request.query["offset"])
            return 200, {"videos": [{"id": f"video_{offset}"}, {"id": f"video_{offset + 1}"}], "total_count": 4, "has_more": offset == 0}

        videos = list(self.client(answer).list_videos(model="m", limit=2))
        self.assertEqual([one["id"] for one in videos], ["video_0", "video_1", "video_2", "video_3"])
        self.assertEqual(self.requests[1].query, {"limit": "2", "offset": "2", "model": "m"})

    def test_a_download_resolves_the_relative_link_and_keeps_the_key_at_home(self):
        client = self.client(lambda request: (200, b"video"))
        with tempfile.TemporaryDirectory() as folder:
            client.download("/assets/video/video_1.mp4", Path(folder, "a.mp4"))
            client.download(self.url.replace("127.0.0.1", "localhost") + "/signed?s=1", Path(folder, "b.mp4"))
            self.assertEqual(sorted(os.listdir(folder)), ["a.mp4", "b.mp4"])
        self.assertEqual([(one.path, one.headers.get("authorization")) for one in self.requests],
                         [("/visualizr/assets/video/video_1.mp4", "Bearer key"), ("/signed", None)])

    def test_without_a_key_none_is_sent(self):
        self.client(lambda request: (200, {"status": "healthy"}), api_key=None).health()
        self.assertNotIn("authorization", self.requests[0].headers)
