import * as client from './index.js';

declare class VSLClient extends client.VSLClient {}

declare namespace VSLClient {
  export import VSLClient = client.VSLClient;
  export import VideoGenError = client.VideoGenError;
  export import ApiError = client.ApiError;
  export import ConnectionError = client.ConnectionError;
  export import TimeoutError = client.TimeoutError;
  export import JobFailedError = client.JobFailedError;
  export import JobCancelledError = client.JobCancelledError;
}

export = VSLClient;
