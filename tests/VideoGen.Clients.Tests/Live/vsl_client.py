"""What a developer does with vsl.Client, against a running system; prints what came of it as JSON."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests

import vsl
from videogen_client import VideoGenClient, verify_webhook

key, gateway = os.environ["VIDEOGEN_API_KEY"], os.environ["VIDEOGEN_URL"]
client = vsl.Client(api_key=key, base_url=gateway + "/vsl", user_id="python")
native = VideoGenClient(key, gateway)
told, events = {}, []


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        events.append(verify_webhook(body, self.headers, endpoint["secret"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


def refusal(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except vsl.ApiError as error:
        return [error.status, error.code]


def without_links(result):
    paths = {name: urlsplit(result[name]).path for name in ("originalUrl", "thumbnailUrl")}
    return {**result, **paths}


server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = native.webhooks.endpoints.create(f"http://127.0.0.1:{server.server_port}/", format="vsl")

image = client.generate_image(prompt="A beautiful sunset", model_id="flux-schnell", width=256, height=256)
statuses = []
picked = client.wait_for_completion(image["jobId"], timeout=120, on_progress=lambda one: statuses.append(one["status"]))
told["image"] = [image["status"], picked["width"], picked["height"], statuses[-1]]
told["link"] = requests.get(picked["originalUrl"], timeout=30).headers["Content-Type"].split("/")[0]

picture = native.upload(os.environ["PICTURE"])["url"]
video, again = (client.generate_video(image_url=picture, model_id="stability-video", num_frames=14, idempotency_key="python-video") for _ in range(2))
told["sameJob"] = video["jobId"] == again["jobId"]
made = client.wait_for_completion(video["jobId"], timeout=120)
told["video"] = [made["fps"], "/".join(made["s3Path"].split("/")[:2])]
told["audio"] = sorted(client.wait_for_completion(client.generate_audio("drums", duration=1)["jobId"]))
told["refused"] = refusal(client.generate_image, "x", model_id="nonsense")
told["unknown"] = refusal(client.get_status, "00000000-0000-7000-8000-000000000000")

deadline = time.monotonic() + 30
while not any(one["jobId"] == video["jobId"] for one in events) and time.monotonic() < deadline:
    time.sleep(0.05)
event = next(one for one in events if one["jobId"] == video["jobId"])
told["webhook"] = [event["event"], event["userId"], without_links(event["result"]) == without_links(made)]
native.webhooks.endpoints.delete(endpoint["id"])
print(json.dumps(told))
