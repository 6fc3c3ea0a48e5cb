"""python3 examples/generate.py "A lighthouse on a cliff at dawn" lighthouse.mp4"""

import os
import sys

from videogen_client import ApiError, JobFailedError, VideoGenClient

prompt, path = (sys.argv[1:] + ["A lighthouse on a cliff at dawn", "video.mp4"][len(sys.argv) - 1:])[:2]
model, settings = "veo3.1", {"prompt": prompt, "duration_seconds": 4}

with VideoGenClient(os.environ["VIDEOGEN_API_KEY"], os.environ.get("VIDEOGEN_URL", "http://127.0.0.1:8080")) as client:
    try:
        print(client.quote(model, settings)["credits"], "credits at most")
        job = client.jobs.submit(model, settings)
        done = client.jobs.wait(
            job["id"], timeout=600, on_progress=lambda job: print(job["status"], job["progress"]["percent"], "%", flush=True)
        )
        print(client.assets.download(done["output"]["assets"][0], path))
    except ApiError as error:
        sys.exit(f"{error} {error.fields}")
    except JobFailedError as error:
        sys.exit(f"The job ended: {error.code}: {error}")
