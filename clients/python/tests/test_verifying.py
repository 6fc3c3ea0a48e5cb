from __future__ import annotations

import base64
import hashlib
import hmac
import json
import unittest

from videogen_client import WebhookVerificationError, verify_webhook

KEY = b"\x07" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PAYLOAD = '{"type":"job.completed","data":{"note":"café ✓"}}'
NOW = 1_800_000_000


def headers_of(body=PAYLOAD, id="evt_1", at=NOW):
    signature = base64.b64encode(hmac.new(KEY, f"{id}.{at}.{body}".encode(), hashlib.sha256).digest()).decode()
    return {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}


class VerifyingWebhooks(unittest.TestCase):
    def test_a_webhook_that_is_signed_gives_its_event(self):
        for payload in (PAYLOAD, PAYLOAD.encode()):
            for headers in (headers_of(), {name.title(): value for name, value in headers_of().items()}):
                self.assertEqual(verify_webhook(payload, headers, SECRET, now=NOW)["data"]["note"], "café ✓")

    def test_the_example_of_the_specification_fits(self):
        event = verify_webhook(
            b'{"test": 2432232314}',
            {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
             "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=1614265330)
        self.assertEqual(event["test"], 2432232314)

    def test_any_of_several_signatures_and_any_of_several_secrets_may_fit(self):
        headers = headers_of()
        headers["webhook-signature"] = "v1,AAAA v1a,xyz " + headers["webhook-signature"]
        other = "whsec_" + base64.b64encode(b"\x01" * 32).decode()
        self.assertTrue(verify_webhook(PAYLOAD, headers, [other, SECRET], now=NOW))

    def test_everything_else_is_refused(self):
        good = {"payload": PAYLOAD, "headers": headers_of(), "secret": SECRET, "now": NOW}
        forgeries = {
            "another body": {"payload": PAYLOAD.replace("café", "cafe")},
            "another secret": {"secret": "whsec_" + base64.b64encode(b"\x08" * 32).decode()},
            "another id": {"headers": {**headers_of(), "webhook-id": "evt_2"}},
            "an old time": {"now": NOW + 301},
            "a time to come": {"now": NOW - 301},
            "no signature": {"headers": {"webhook-id": "evt_1", "webhook-timestamp": str(NOW)}},
            "no headers": {"headers": {}},
            "an empty signature": {"headers": {**headers_of(), "webhook-signature": "v1,"}},
            "a signature of other letters": {"headers": {**headers_of(), "webhook-signature": "v1,é"}},
            "a time that is none": {"headers": {**headers_of(), "webhook-timestamp": f"{NOW}.5"}},
        }
        for name, change in forgeries.items():
            with self.subTest(name):
                self.assertRaises(WebhookVerificationError, verify_webhook, **{**good, **change})

    def test_a_parsed_body_and_a_missing_secret_are_mistakes_of_the_program(self):
        self.assertRaises(TypeError, verify_webhook, json.loads(PAYLOAD), headers_of(), SECRET, now=NOW)
        self.assertRaises(TypeError, verify_webhook, PAYLOAD, headers_of(), "", now=NOW)
        self.assertRaises(ValueError, verify_webhook, PAYLOAD, headers_of(), "whsec_no base64!", now=NOW)
