/** How a call may be ended early. */
export interface CallOptions {
  signal?: AbortSignal;
}

export interface SubmitOptions extends CallOptions {
  /** Makes repetitions safe beyond this call: the same key and body get the first answer again, for 30 days. A fresh one by default. */
  idempotencyKey?: string;
}

export interface RetryOptions {
  /** Attempts beyond the first; default 4. */
  maxRetries?: number;
  /** Of the first wait, in ms; default 500. Each one is up to twice the one before, with jitter. */
  baseDelay?: number;
  /** Of any wait, in ms; default 30000. */
  maxDelay?: number;
  /** When the server asks for a longer wait, in seconds, the error is thrown instead; default 60. */
  maxRetryAfter?: number;
}

export interface ClientOptions {
  apiKey: string;
  /** Default http://127.0.0.1:8080. */
  baseUrl?: string;
  /** For one request, in ms; default 60000. */
  timeout?: number;
  retry?: RetryOptions;
  fetch?: typeof fetch;
}

export type Kind = 'video' | 'image' | 'audio' | 'text';
export type JobStatus = 'queued' | 'starting' | 'running' | 'storing' | 'cancelling' | 'completed' | 'failed' | 'cancelled';

export interface SubmitJob {
  model: string;
  /** After the model's JSON Schema; an asset field takes an asset id or an https URL. */
  input: Record<string, unknown>;
  webhook_url?: string;
  metadata?: Record<string, string>;
  priority?: number;
  /** For test keys: what the simulator shall do. */
  simulate?: Record<string, unknown>;
}

export interface JobAsset {
  id: string;
  kind: Kind;
  media_type: string;
  size_bytes: number;
  sha256: string;
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  fps: number | null;
  has_audio: boolean | null;
  /** Signed link, good for a limited time. */
  url: string;
  thumbnail_url: string | null;
  preview_url: string | null;
  codec: string | null;
  bitrate_kbps: number | null;
}

export interface Job {
  id: string;
  status: JobStatus;
  model: string;
  kind: Kind;
  test: boolean;
  input: Record<string, unknown>;
  progress: { percent: number; step: string; message: string | null };
  queue_position: number | null;
  output: { assets: JobAsset[]; text: string | null } | null;
  error: { code: string; message: string; retryable: boolean; credits_returned: boolean } | null;
  credits: { held: number; captured: number; price_version: number };
  provider: string | null;
  priority: number;
  metadata: Record<string, string>;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  version: number;
  links: { self: string; events: string; cancel: string };
  /** How long such jobs take; null when unknown. */
  expected_seconds: number | null;
  slot_at: string | null;
  storing_at: string | null;
}

export interface Asset extends JobAsset {
  origin: 'upload' | 'job';
  job_id: string | null;
  file_name: string;
  created_at: string;
  /** When it is deleted by itself; absent for never. */
  expires_at?: string;
}

export interface Quote {
  model: string;
  credits: number;
  price_version: number;
  breakdown: Record<string, unknown>;
  expected_seconds: { p50: number; p90: number; sample: number };
}

export interface Model {
  slug: string;
  name: string;
  kind: Kind;
  family: string;
  vendor: string;
  description: string;
  price: Record<string, unknown>;
  input_schema: Record<string, unknown>;
  expected_seconds: number;
  deadline_seconds: number;
  capabilities: Record<string, unknown>;
  active: boolean;
  health: Record<string, unknown>;
}

export interface AccountView {
  id: string;
  email: string;
  name: string;
  plan: string;
  credits: { available: number; held: number; monthly_grant: number };
  cycle_started_at: string;
  cycle_ends_at: string;
  job_limits: Record<string, number>;
  rate_limits: Record<string, number>;
  created_at: string;
}

export interface LedgerEntry {
  id: string;
  sequence: number;
  kind: 'grant' | 'hold' | 'capture' | 'release' | 'expire';
  credits: number;
  amount: number;
  available_after: number;
  held_after: number;
  job_id: string | null;
  reason: string;
  created_at: string;
}

export type EventType = 'job.queued' | 'job.started' | 'job.progressed' | 'job.completed' | 'job.failed' | 'job.cancelled';

/** An event of a stream; `id` is its place, to go on behind it. */
export interface StreamEvent {
  id: string;
  type: EventType;
  timestamp: string;
  data: Job;
}

/** An event of the feed; `cursor` is its place, to go on behind it. */
export interface FeedEvent extends StreamEvent {
  cursor: string;
}

export interface WaitOptions extends CallOptions {
  /** In ms; default 30 minutes. */
  timeout?: number;
  /** Called with the job at first and after each change. */
  onProgress?: (job: Job) => void;
  /** Long polls, the default, or server-sent events. */
  via?: 'poll' | 'stream';
}

export interface JobFilters {
  status?: JobStatus | JobStatus[];
  kind?: Kind | Kind[];
  model?: string;
  mode?: 'test' | 'live';
  /** Jobs that were submitted with this metadata. */
  [metadata: `metadata[${string}]`]: string;
  created_after?: Date | string;
  created_before?: Date | string;
  /** Of a page; every page is read in any case. */
  limit?: number;
  cursor?: string;
}

export declare class VideoGenClient {
  constructor(options: ClientOptions);
  readonly jobs: {
    submit(job: SubmitJob, options?: SubmitOptions): Promise<Job>;
    get(id: string, options?: CallOptions): Promise<Job>;
    /** Newest first, page after page. */
    list(filters?: JobFilters, options?: CallOptions): AsyncGenerator<Job>;
    cancel(id: string, options?: CallOptions): Promise<Job>;
    delete(id: string, options?: CallOptions): Promise<void>;
    events(id: string, options?: CallOptions & { lastEventId?: string }): AsyncGenerator<StreamEvent>;
    /** The completed job; any other end is thrown as JobFailedError or JobCancelledError. */
    wait(id: string, options?: WaitOptions): Promise<Job>;
    run(job: SubmitJob, options?: SubmitOptions & WaitOptions): Promise<Job>;
  };
  readonly assets: {
    get(id: string, options?: CallOptions): Promise<Asset>;
    list(filters?: { kind?: Kind; origin?: 'upload' | 'job'; job_id?: string; limit?: number; cursor?: string }, options?: CallOptions): AsyncGenerator<Asset>;
    delete(id: string, options?: CallOptions): Promise<void>;
    /** Resolves with the path, when the file is there and whole. */
    download(asset: { url: string }, path: string, options?: CallOptions & { timeout?: number }): Promise<string>;
  };
  readonly events: {
    list(filters?: { after?: string; limit?: number; type?: string }, options?: CallOptions): AsyncGenerator<FeedEvent>;
    stream(options?: CallOptions & { after?: string }): AsyncGenerator<StreamEvent>;
  };
  readonly models: {
    list(filters?: { kind?: Kind; active?: boolean }, options?: CallOptions): AsyncGenerator<Model>;
    get(slug: string, options?: CallOptions): Promise<Model>;
  };
  readonly account: {
    get(options?: CallOptions): Promise<AccountView>;
    ledger(filters?: { kind?: LedgerEntry['kind']; job_id?: string; limit?: number; cursor?: string }, options?: CallOptions): AsyncGenerator<LedgerEntry>;
  };
  readonly webhooks: {
    endpoints: {
      create(endpoint: EndpointInput & { url: string }, options?: CallOptions): Promise<Endpoint & { secret: string }>;
      list(options?: CallOptions): AsyncGenerator<Endpoint>;
      get(id: string, options?: CallOptions): Promise<Endpoint>;
      change(id: string, changes: EndpointInput & { enabled?: boolean }, options?: CallOptions): Promise<Endpoint>;
      delete(id: string, options?: CallOptions): Promise<void>;
      test(id: string, options?: CallOptions): Promise<EndpointTest>;
    };
    deliveries: {
      list(filters?: Record<string, string | number | Date>, options?: CallOptions): AsyncGenerator<Delivery>;
      get(id: string, options?: CallOptions): Promise<Delivery & { body: string | null; attempts: Record<string, unknown>[] }>;
      replay(id: string, options?: CallOptions): Promise<Delivery>;
    };
  };
  quote(job: Pick<SubmitJob, 'model' | 'input'>, options?: CallOptions): Promise<Quote>;
  upload(file: string | Blob | Uint8Array, options?: CallOptions & { filename?: string; contentType?: string }): Promise<Asset>;
}

export interface EndpointInput {
  url?: string;
  events?: (EventType | '*')[];
  format?: 'native' | 'vsl';
  /** Sent with each delivery; all of them anew in a change. */
  headers?: Record<string, string>;
  description?: string;
}

export interface Endpoint {
  id: string;
  url: string;
  events: string[];
  description: string;
  format: 'native' | 'vsl';
  enabled: boolean;
  disabled_reason: string | null;
  failing_since: string | null;
  created_at: string;
  updated_at: string;
  /** By their names; a mask stands for each value. */
  headers: Record<string, string>;
}

export interface EndpointTest {
  webhook_id: string;
  delivery_id: string;
  body: string;
  delivered: boolean;
  status: number | null;
  duration_ms: number;
  reply: string | null;
  error: string | null;
}

export interface Delivery {
  id: string;
  webhook_id: string;
  endpoint_id: string | null;
  url: string | null;
  event_type: string;
  format: 'native' | 'vsl';
  job_id: string | null;
  status: 'pending' | 'delivered' | 'failed';
  attempt_count: number;
  next_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  created_at: string;
  ended_at: string | null;
}

/** Checks a webhook's signature and time, and returns its event. */
export declare function verifyWebhook(webhook: {
  /** The raw body, as it came. */
  payload: string | Uint8Array;
  headers: Headers | Record<string, string | string[] | undefined>;
  secret: string | string[];
  toleranceSeconds?: number;
  now?: number;
}): any;

export interface VSLOptions extends ClientOptions {
  baseUrl: string;
  /** The end user on whose limits jobs count when a call names none; default 'default'. */
  userId?: string;
}

export interface VSLRequest {
  modelId?: string;
  userId?: string;
  prompt?: string;
  /** Sent as they stand; they win over members of the same name. */
  parameters?: Record<string, unknown>;
  /** Every other member is a parameter of the model, under the API's name. */
  [parameter: string]: unknown;
}

export interface VSLJob {
  jobId: string;
  status: VSLStatus['status'];
  estimatedTime: number;
  /** US dollars; null for a model without a figure. */
  estimatedCost: number | null;
  replicateId: string;
  message: string;
}

export interface VSLResult {
  originalUrl: string;
  thumbnailUrl?: string;
  s3Path?: string;
  fileSize?: number;
  duration?: number;
  width?: number;
  height?: number;
  fps?: number;
  /** Of a text model. */
  text?: string;
  /** Every file, when there are several. */
  outputs?: VSLResult[];
}

export interface VSLStatus {
  jobId: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  result?: VSLResult;
  error?: string;
  [member: string]: unknown;
}

export declare class VSLClient {
  constructor(options: VSLOptions);
  generateImage(request: VSLRequest, options?: SubmitOptions): Promise<VSLJob>;
  generateVideo(request: VSLRequest & { imageUrl?: string }, options?: SubmitOptions): Promise<VSLJob>;
  generateAudio(request: VSLRequest, options?: SubmitOptions): Promise<VSLJob>;
  generateMedia(
    body: { mediaType: string; modelId: string; parameters: Record<string, unknown>; prompt?: string; userId?: string },
    options?: SubmitOptions,
  ): Promise<VSLJob>;
  getStatus(jobId: string, options?: CallOptions): Promise<VSLStatus>;
  waitForCompletion(
    jobId: string,
    options?: number | (CallOptions & { timeout?: number; interval?: number; onProgress?: (status: VSLStatus) => void }),
  ): Promise<VSLResult>;
}

export declare class VideoGenError extends Error {}

export declare class ApiError extends VideoGenError {
  readonly status: number;
  readonly code: string | null;
  /** What is wrong with each field. */
  readonly fields: Record<string, string[]>;
  /** Whether the same request may succeed later; null when the API does not say. */
  readonly retryable: boolean | null;
  /** Seconds to wait before trying again; null when the API does not say. */
  readonly retryAfter: number | null;
  readonly traceId: string | null;
  /** The answer as it came: JSON, or text. */
  readonly body: unknown;
}

export declare class ConnectionError extends VideoGenError {}

export declare class TimeoutError extends VideoGenError {}

export declare class JobFailedError extends VideoGenError {
  /** The ended job, in the shape of the API that was called. */
  readonly job: any;
  readonly code: string | null;
}

export declare class JobCancelledError extends JobFailedError {}

export declare class WebhookVerificationError extends VideoGenError {}
