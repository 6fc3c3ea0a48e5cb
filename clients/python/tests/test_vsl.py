from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import vsl
from tests.server import QUICK, ServerCase

ACCEPTED = {"jobId": "j1", "status": "pending", "estimatedTime": 60, "estimatedCost": 0.05, "replicateId": "abc", "message": "Media generation started"}


class SpeakingVsl(ServerCase):
    def client(self, answer, **more):
        return self.using(vsl.Client(api_key="key", base_url=self.serve(answer) + "/vsl", retry=QUICK, **more))

    def test_each_kind_has_its_model_and_every_option_is_a_parameter(self):
        client = self.client(lambda request: (202, ACCEPTED))

        client.generate_image(prompt="A beautiful sunset", model_id="sdxl", width=512)
        client.generate_video(image_url="https://example.com/i.jpg", model_id="stability-video", fps=24, user_id="user123")
        client.generate_audio("drums", duration=4, parameters={"duration": 8, "user_id": "kept"})
        client.generate_image("x")

        self.assertEqual([one.json for one in self.requests], [
            {"userId": "default", "mediaType": "image", "modelId": "sdxl", "parameters": {"prompt": "A beautiful sunset", "width": 512}},
            {"userId": "user123", "mediaType": "video", "modelId": "stability-video", "parameters": {"image": "https://example.com/i.jpg", "fps": 24}},
            {"userId": "default", "mediaType": "audio", "modelId": "musicgen", "parameters": {"prompt": "drums", "duration": 8, "user_id": "kept"}},
            {"userId": "default", "mediaType": "image", "modelId": "flux-schnell", "parameters": {"prompt": "x"}},
        ])
        first = self.requests[0]
        self.assertEqual((first.method, first.path, first.headers["x-api-key"]), ("POST", "/vsl/generate-media", "key"))
        self.assertEqual(len({one.headers["idempotency-key"] for one in self.requests}), 4)

    def test_a_body_of_ones_own_is_sent_as_it_stands(self):
        client = self.client(lambda request: (202, ACCEPTED), user_id="everyone")
        body = {"mediaType": "image", "modelId": "m", "parameters": {}, "prompt": "x", "userId": "u"}
        client.generate_media(body, idempotency_key="one")
        client.generate_media({"mediaType": "image", "modelId": "m", "parameters": {}})
        self.assertEqual((self.requests[0].json, self.requests[0].headers["idempotency-key"], self.requests[1].json["userId"]), (body, "one", "everyone"))

    def test_a_refusal_is_an_api_error_with_its_code_its_details_and_its_time(self):
        def answer(request):
            if request.number == 1:
                return 400, {"error": "Invalid parameters", "details": "prompt is required", "code": "INVALID_PARAMETERS"}
            return 429, {"error": "Rate limit exceeded", "retryAfter": 3600}

        client = self.client(answer)
        with self.assertRaises(vsl.ApiError) as invalid:
            client.generate_image("")
        with self.assertRaises(vsl.ApiError) as limited:
            client.generate_image("")
        self.assertEqual((invalid.exception.status, invalid.exception.code, invalid.exception.message), (400, "INVALID_PARAMETERS", "Invalid parameters: prompt is required"))
        self.assertEqual((limited.exception.status, limited.exception.retry_after, len(self.requests)), (429, 3600, 2))

    def test_a_submit_is_repeated_with_its_key(self):
        def answer(request, out):
            if request.number == 1:
                return out.drop()
            return (503, {"error": "Service unavailable"}) if request.number == 2 else (202, ACCEPTED)

        self.assertEqual(self.client(answer).generate_image("x")["jobId"], "j1")
        self.assertEqual((len({one.headers["idempotency-key"] for one in self.requests}), len(self.requests)), (1, 3))

    def test_a_wait_reports_changes_and_gives_the_result(self):
        states = [{"status": "pending"}, {"status": "processing"}, {"status": "processing"}, None, {"status": "completed", "result": {"originalUrl": "https://x/o.mp4"}}]

        def answer(request):
            state = states[request.number - 1]
            return (200, {"jobId": "j1", **state}) if state else (502, {"error": "Bad gateway"})

        seen = []
        result = self.client(answer).wait_for_completion("j1", interval=0.001, on_progress=lambda one: seen.append(one["status"]))
        self.assertEqual((result["originalUrl"], seen), ("https://x/o.mp4", ["pending", "processing", "completed"]))
        self.assertEqual(self.requests[0].path, "/vsl/status/j1")

    def test_a_wait_raises_what_came_instead(self):
        def answer(request):
            job_id = request.path.split("/")[-1]
            if job_id == "unknown":
                return 404, {"error": "Job not found", "code": "JOB_NOT_FOUND"}
            return 200, {"jobId": job_id, "status": job_id, "error": "The model refused" if job_id == "failed" else None}

        client = self.client(answer)
        self.assertRaisesRegex(vsl.JobFailedError, "The model refused", client.wait_for_completion, "failed")
        self.assertRaises(vsl.JobCancelledError, client.wait_for_completion, "cancelled")
        self.assertRaisesRegex(TimeoutError, "Timeout waiting for job completion", client.wait_for_completion, "processing", 0.02)
        self.assertRaises(vsl.ApiError, client.wait_for_completion, "unknown")
        self.assertRaises(ValueError, vsl.Client, "", "http://x")

    def test_the_sample_of_the_document_runs_with_the_import_that_it_lacks(self):
        url = self.serve(lambda request: (202, ACCEPTED) if request.method == "POST" else (200, {"jobId": "j1", "status": "completed", "result": {"originalUrl": "https://x/o.mp4"}}))
        sample = f"""import os
import vsl

client = vsl.Client(
    api_key=os.getenv('VSL_API_KEY'),
    base_url='{url}/vsl'
)

# Generate video
job = client.generate_video(
    image_url='https://example.com/input.jpg',
    model_id='stability-video'
)

# Wait for completion
result = client.wait_for_completion(job['jobId'])
print(f"Video URL: {{result['originalUrl']}}")
"""
        environment = {**os.environ, "VSL_API_KEY": "key", "PYTHONPATH": str(Path(__file__).parents[1])}
        run = subprocess.run([sys.executable, "-c", sample], env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual((run.stdout, run.stderr), ("Video URL: https://x/o.mp4\n", ""))
