"""What a developer does with VisualizrClient, against a running system; prints what came of it as JSON."""

import json
import os

from videogen_client import ApiError, JobCancelledError, VisualizrClient

client = VisualizrClient(api_key=os.environ["VIDEOGEN_API_KEY"], base_url=os.environ["VIDEOGEN_URL"] + "/visualizr")
told = {}


def refusal(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except ApiError as error:
        return [error.status, error.code]


small = {"width": 256, "height": 256, "num_frames": 8, "model": "stable-video-diffusion"}
made, again = (client.generate_video("A beautiful sunset over mountains", idempotency_key="visualizr", **small) for _ in range(2))
told["sameRequest"] = made["request_id"] == again["request_id"]
progress = []
done = client.wait_for_completion(made["request_id"], timeout=120, on_progress=lambda one: progress.append(one["progress"]))
told["completed"] = [done["status"], done["result"]["metadata"]["resolution"], progress[-1]]
told["video"] = client.download(done["result"]["video_url"], os.path.join(os.environ["FOLDER"], "visualizr.mp4"))

moved = client.generate_video_from_image(os.environ["PICTURE"], motion_prompt="gentle swaying", duration_seconds=1, fps=8)
told["fromImage"] = [one["status"] for one in client.watch(moved["request_id"], timeout=120)][-1]
greeting = client.generate_character_animation("assistant", "greeting", duration_seconds=1, resolution="256x256")
told["character"] = client.wait_for_completion(greeting["request_id"], timeout=120)["status"]

long = client.generate_character_animation("assistant", "greeting", duration_seconds=10)
told["cancelled"] = client.cancel(long["request_id"])["status"]
try:
    client.wait_for_completion(long["request_id"], timeout=60)
except JobCancelledError as error:
    told["waitOfCancelled"] = error.job["status"]

told["models"] = sorted(one["id"] for one in client.list_models())
told["model"] = client.get_model("animatediff")["type"]
videos = list(client.list_videos(limit=1))
told["listed"] = len(videos) >= 3
told["details"] = client.get_video(videos[0]["id"])["id"] == videos[0]["id"]
told["deleted"] = [client.delete_video(videos[0]["id"])["status"], refusal(client.get_video, videos[0]["id"])[0]]
told["health"] = client.health()["status"]
told["metrics"] = sorted(client.metrics())
told["memory"] = [client.load_model("animatediff")["model_id"], client.unload_model("animatediff")["status"]]
told["refused"] = refusal(client.generate_video, "")
told["unknown"] = refusal(client.get_status, "video_req_00000000-0000-7000-8000-000000000000")
print(json.dumps(told))
