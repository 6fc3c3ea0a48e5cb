"""Waits for two jobs at once, by long polls and by stream; prints a line when both run, and how they ended."""

import os
from concurrent.futures import ThreadPoolExecutor

from videogen_client import VideoGenClient

running = set()


def report(job):
    if job["status"] == "running" and job["id"] not in running:
        running.add(job["id"])
        if len(running) == 2:
            print("running", flush=True)


def run(via):
    client = VideoGenClient(os.environ["VIDEOGEN_TEST_KEY"], os.environ["VIDEOGEN_URL"])
    simulate = {"delay_seconds": 12}
    return client.jobs.run("veo3.1", {"prompt": "x", "duration_seconds": 4}, simulate=simulate, via=via, timeout=120, on_progress=report)


with ThreadPoolExecutor() as threads:
    print(*(job["status"] for job in threads.map(run, ("poll", "stream"))))
