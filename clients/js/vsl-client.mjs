import client from './index.js';

export const { VSLClient, VideoGenError, ApiError, ConnectionError, TimeoutError, JobFailedError, JobCancelledError } = client;
export default VSLClient;
