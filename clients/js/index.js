'use strict';

// The implementation is CommonJS, so that require() and import get the same classes on every Node; index.mjs is the door for import.
const { VideoGenClient } = require('./lib/client.js');
const errors = require('./lib/errors.js');
const { VSLClient } = require('./lib/vsl.js');
const { verifyWebhook } = require('./lib/webhook.js');

module.exports = { VideoGenClient, VSLClient, verifyWebhook, ...errors };
