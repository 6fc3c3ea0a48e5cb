'use strict';

/** Everything that this package throws by itself is one of these; an aborted call throws its signal's reason. */
class VideoGenError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The API refused the call. */
class ApiError extends VideoGenError {
  /**
   * @param {string} message what was wrong, as the API says it
   * @param {object} facts status, code, fields (field to texts), retryable (null when not told), retryAfter (seconds), traceId, body
   */
  constructor(message, { status, code = null, fields = {}, retryable = null, retryAfter = null, traceId = null, body = null }) {
    super(message);
    Object.assign(this, { status, code, fields, retryable, retryAfter, traceId, body });
  }
}

/** No answer came: the server was not reached, or the connection broke. */
class ConnectionError extends VideoGenError {}

/** No answer came in time, or a job did not end in time. */
class TimeoutError extends VideoGenError {}

/** A job ended without a result. */
class JobFailedError extends VideoGenError {
  constructor(message, { job, code = null }) {
    super(message);
    Object.assign(this, { job, code });
  }
}

/** A job was cancelled. */
class JobCancelledError extends JobFailedError {}

/** A webhook is not what it says: its signature, its time or its headers are wrong. */
class WebhookVerificationError extends VideoGenError {}

module.exports = { VideoGenError, ApiError, ConnectionError, TimeoutError, JobFailedError, JobCancelledError, WebhookVerificationError };
