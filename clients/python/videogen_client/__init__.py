"""Client of VideoGen: the native API (VideoGenClient), VSL (vsl.Client) and Visualizr (VisualizrClient)."""

from .client import VideoGenClient
from .errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    JobCancelledError,
    JobFailedError,
    VideoGenError,
    WebhookVerificationError,
)
from .retry import Retry
from .visualizr import VisualizrClient
from .webhooks import verify_webhook

__version__ = "0.1.0"

__all__ = [
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "JobCancelledError",
    "JobFailedError",
    "Retry",
    "VideoGenClient",
    "VideoGenError",
    "VisualizrClient",
    "WebhookVerificationError",
    "verify_webhook",
]
