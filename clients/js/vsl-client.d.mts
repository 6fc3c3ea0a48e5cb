export { VSLClient as default, VSLClient, VideoGenError, ApiError, ConnectionError, TimeoutError, JobFailedError, JobCancelledError } from './index.js';
