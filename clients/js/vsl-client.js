'use strict';

const errors = require('./lib/errors.js');
const { VSLClient } = require('./lib/vsl.js');

// `const VSLClient = require('…/vsl-client')` and `const { VSLClient, ApiError } = require('…/vsl-client')` both work.
module.exports = Object.assign(VSLClient, { VSLClient, ...errors });
