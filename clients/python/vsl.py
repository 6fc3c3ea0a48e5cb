"""The VSL API, under the name that its programs import: `import vsl; vsl.Client(api_key=…, base_url=…)`."""

from videogen_client.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    JobCancelledError,
    JobFailedError,
    VideoGenError,
)
from videogen_client.retry import Retry
from videogen_client.vsl import Client

__all__ = [
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "Client",
    "JobCancelledError",
    "JobFailedError",
    "Retry",
    "VideoGenError",
]
