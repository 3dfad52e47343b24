"""How the organization's site makes its tokens: samples to copy, each for a bare installation of its language."""

from __future__ import annotations

from chalicelib.records import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: ``name`` of the language, and the code."""

    key: str
    name: str
    code: str


_PYTHON = """\
import base64, hashlib, hmac, json, secrets, time

SECRET = b"THE SHARED SECRET"  # keep it on your server

def part(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")

def sign_on_token(customer):
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT", "kid": "%KEY%"}
    claims = {
        "iss": "%ISSUER%",
        "aud": "%AUDIENCE%",
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(16),
        "external_id": customer["id"],
        "email": customer["email"],
        "email_verified": True,  # only if your site has verified it
        "name": customer["name"],
    }
    signed = part(json.dumps(header).encode()) + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.digest(SECRET, signed, hashlib.sha256))).decode()
"""

_NODE = """\
const crypto = require("node:crypto");

const SECRET = "THE SHARED SECRET"; // keep it on your server

const part = (content) => Buffer.from(content).toString("base64url");

function signOnToken(customer) {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "HS256", typ: "JWT", kid: "%KEY%" };
  const claims = {
    iss: "%ISSUER%",
    aud: "%AUDIENCE%",
    iat: now,
    exp: now + 120,
    jti: crypto.randomUUID(),
    external_id: customer.id,
    email: customer.email,
    email_verified: true, // only if your site has verified it
    name: customer.name,
  };
  const signed = `${part(JSON.stringify(header))}.${part(JSON.stringify(claims))}`;
  const signature = crypto.createHmac("sha256", SECRET).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}
"""

_PHP = """\
<?php
const SECRET = "THE SHARED SECRET"; // keep it on your server

function part(string $content): string {
    return rtrim(strtr(base64_encode($content), "+/", "-_"), "=");
}

function sign_on_token(array $customer): string {
    $now = time();
    $header = ["alg" => "HS256", "typ" => "JWT", "kid" => "%KEY%"];
    $claims = [
        "iss" => "%ISSUER%",
        "aud" => "%AUDIENCE%",
        "iat" => $now,
        "exp" => $now + 120,
        "jti" => bin2hex(random_bytes(16)),
        "external_id" => $customer["id"],
        "email" => $customer["email"],
        "email_verified" => true, // only if your site has verified it
        "name" => $customer["name"],
    ];
    $signed = part(json_encode($header)) . "." . part(json_encode($claims));
    return $signed . "." . part(hash_hmac("sha256", $signed, SECRET, true));
}
"""

_RUBY = """\
require "json"
require "openssl"
require "securerandom"

SECRET = "THE SHARED SECRET" # keep it on your server

def part(content)
  [content].pack("m0").tr("+/", "-_").delete("=")
end

def sign_on_token(customer)
  now = Time.now.to_i
  header = { alg: "HS256", typ: "JWT", kid: "%KEY%" }
  claims = {
    iss: "%ISSUER%",
    aud: "%AUDIENCE%",
    iat: now,
    exp: now + 120,
    jti: SecureRandom.uuid,
    external_id: customer[:id],
    email: customer[:email],
    email_verified: true, # only if your site has verified it
    name: customer[:name]
  }
  signed = "#{part(header.to_json)}.#{part(claims.to_json)}"
  "#{signed}.#{part(OpenSSL::HMAC.digest("SHA256", SECRET, signed))}"
end
"""

_FORM = """\
<form method="post" action="%POST%">
  <input type="hidden" name="token" value="THE TOKEN">
  <input type="hidden" name="state" value="THE STATE, AS IT CAME">
  <noscript><button>Go on</button></noscript>
</form>
<script>document.forms[0].submit()</script>
"""


def samples(*, key: str, issuer: str, audience: str, post_url: str) -> tuple[Sample, ...]:
    """Return the samples with an organization's own values in them."""
    values = {"%KEY%": key, "%ISSUER%": issuer, "%AUDIENCE%": audience, "%POST%": post_url}
    made = []
    languages = (
        ("python", "Python", _PYTHON),
        ("node", "Node", _NODE),
        ("php", "PHP", _PHP),
        ("ruby", "Ruby", _RUBY),
        ("form", "The form that sends the token back", _FORM),
    )
    for name, title, text in languages:
        code = text
        for mark, value in values.items():
            code = code.replace(mark, value)
        made.append(Sample(name, title, code))
    return tuple(made)
