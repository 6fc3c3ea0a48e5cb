"""What a developer does with the native client, against a running system; prints what came of it as JSON."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from videogen_client import ApiError, JobCancelledError, JobFailedError, VideoGenClient, WebhookVerificationError, verify_webhook

client = VideoGenClient(os.environ["VIDEOGEN_API_KEY"], os.environ["VIDEOGEN_URL"])
rehearsal = VideoGenClient(os.environ["VIDEOGEN_TEST_KEY"], os.environ["VIDEOGEN_URL"])  # may say what the simulator shall do
model, settings = "veo3.1", {"prompt": "x", "duration_seconds": 4}
told = {}


class Hooks(BaseHTTPRequestHandler):
    """A receiver of webhooks that checks each of them."""

    secrets, events, refused = [], [], 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            Hooks.events.append(verify_webhook(body, self.headers, Hooks.secrets))
        except WebhookVerificationError:
            Hooks.refused += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def caught(kind, call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except kind as error:
        return error


server = ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoints = [
    client.webhooks.endpoints.create(f"http://127.0.0.1:{server.server_port}/{format}", format=format, events=["job.completed"])
    for format in ("native", "vsl")
]
Hooks.secrets = [one["secret"] for one in endpoints]
told["test"] = client.webhooks.endpoints.test(endpoints[1]["id"])["delivered"]

asset = client.upload(os.environ["PICTURE"])
told["upload"] = [asset["kind"], asset["file_name"]]
zoom = {"prompt": "slow zoom", "image": asset["id"], "width": 320, "height": 256, "length": 17}
told["quote"] = client.quote("wan2.1", zoom)["credits"] > 0
first, again = (client.jobs.submit("wan2.1", zoom, metadata={"user_id": "user123"}, idempotency_key="two") for _ in range(2))
told["sameJob"] = first["id"] == again["id"]

percents = []
done = client.jobs.wait(first["id"], timeout=120, on_progress=lambda job: percents.append(job["progress"]["percent"]))
told["progressed"] = len(percents) > 1 and percents[-1] == 100 and percents == sorted(percents)
told["video"] = client.assets.download(done["output"]["assets"][0], os.path.join(os.environ["FOLDER"], "python.mp4"))
told["streamed"] = rehearsal.jobs.run(model, settings, simulate={"instant": True}, via="stream", timeout=120)["status"]

failed = caught(JobFailedError, rehearsal.jobs.run, model, settings, simulate={"instant": True, "fail_with": "content_rejected"}, timeout=120)
told["failed"] = [isinstance(failed, JobFailedError), failed.code]
slow = rehearsal.jobs.submit(model, settings, simulate={"delay_seconds": 120})
rehearsal.jobs.cancel(slow["id"])
told["cancelled"] = isinstance(caught(JobCancelledError, rehearsal.jobs.wait, slow["id"], timeout=60), JobCancelledError)
refused = caught(ApiError, client.jobs.submit, model, {"prompt": "x", "duration_seconds": 5})
told["refused"] = [isinstance(refused, ApiError), refused.status, refused.code, list(refused.fields)]

statuses = {job["id"]: job["status"] for world in (client, rehearsal) for job in world.jobs.list(limit=2)}
told["listed"] = [statuses[first["id"]], statuses[slow["id"]]]
told["events"] = [one["type"] for one in client.events.list() if one["data"]["id"] == first["id"] and one["type"] != "job.progressed"]
told["ledger"] = [entry["kind"] for entry in client.account.ledger(job_id=first["id"])]
told["available"] = client.account.get()["credits"]["available"] > 0
told["models"] = [one["slug"] for one in client.models.list(kind="image")]

deadline = time.monotonic() + 30
while len([one for one in Hooks.events if first["id"] in (one.get("data", {}).get("id"), one.get("jobId"))]) < 2:
    assert time.monotonic() < deadline, f"Webhooks of {first['id']} are missing: {Hooks.events}"
    time.sleep(0.05)
native = next(one for one in Hooks.events if one.get("data", {}).get("id") == first["id"])
vsl = next(one for one in Hooks.events if one.get("jobId") == first["id"])
told["webhooks"] = [native["type"], vsl["event"], vsl["userId"], vsl["result"]["fileSize"] == done["output"]["assets"][0]["size_bytes"], Hooks.refused]
for one in endpoints:
    client.webhooks.endpoints.delete(one["id"])
client.jobs.delete(first["id"])
told["deleted"] = caught(ApiError, client.jobs.get, first["id"]).status
print(json.dumps(told))
