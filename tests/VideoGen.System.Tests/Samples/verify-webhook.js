// A customer's check with the npm package: reads {secret, headers, body} from standard input, prints "valid" or "refused".
const { Webhook } = require('standardwebhooks');
const { secret, headers, body } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
try {
  new Webhook(secret).verify(Buffer.from(body, 'base64').toString('utf8'), headers);
  console.log('valid');
} catch (error) {
  console.log('refused: ' + error.message);
}
