'use strict';

// Starts s3rver on a free port of this machine, tells the port, and ends with the process that holds its standard input.
//   node server.js <folder>

const S3rver = require('s3rver');

// s3rver names a namespace in its lists that S3 does not: http://doc.s3.amazonaws.com/2006-03-01/. Clients read the right one only.
const wrong = 'http://doc.s3.amazonaws.com/2006-03-01/';
const right = 'http://s3.amazonaws.com/doc/2006-03-01/';

const server = new S3rver({ directory: process.argv[2], address: '127.0.0.1', port: 0, silent: true, vhostBuckets: false });
server.middleware.unshift(async (context, next) => {
  await next();
  if (typeof context.body === 'string') context.body = context.body.replaceAll(wrong, right);
});

server.run().then(({ port }) => console.log(`ready ${port}`));
process.stdin.on('end', () => process.exit(0)).resume();
