import client from './index.js';

export const {
  VideoGenClient, VSLClient, verifyWebhook,
  VideoGenError, ApiError, ConnectionError, TimeoutError, JobFailedError, JobCancelledError, WebhookVerificationError,
} = client;
