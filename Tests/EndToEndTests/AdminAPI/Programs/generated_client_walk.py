"""Checks the description of the admin API, makes a client of it with openapi-python-client, and walks through the nouns with that client.

generated_client_walk.py ISSUER CLIENT_ID KEY_FILE DIRECTORY CERTIFICATE
"""

import base64
import json
import pathlib
import subprocess
import sys
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

from admin_api_support import access_token

issuer, client_id, key_file, directory, certificate = sys.argv[1:]


def generate():
    with urllib.request.urlopen(issuer + "/admin/v1/openapi.json") as response:
        assert response.headers["Cache-Control"].startswith("public"), response.headers
        description = json.load(response)
    OpenAPIV31SpecValidator(description).validate()
    file = pathlib.Path(directory) / "openapi.json"
    file.write_text(json.dumps(description))
    config = pathlib.Path(directory) / "generator.yaml"
    config.write_text("package_name_override: admin_client\nproject_name_override: admin-client\npost_hooks: []\n")
    result = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", str(file), "--config", str(config),
            "--output-path", directory + "/generated", "--meta", "none", "--overwrite",
        ],
        capture_output=True, text=True,
    )
    assert result.returncode == 0 and "WARNING" not in result.stdout.upper(), result.stdout + result.stderr


generate()
sys.path.insert(0, directory)
import generated as admin_client  # noqa: E402

sys.modules["admin_client"] = admin_client
from generated import models  # noqa: E402
from generated.api.people import add_user, change_user, get_user, list_users, remove_user, set_password  # noqa: E402
from generated.api.key_store import get_certificate, get_key_store_entry, import_certificates  # noqa: E402
from generated.api.key_store import remove_key_store_entry  # noqa: E402
from generated.api.registration_tokens import add_registration_token, revoke_registration_token  # noqa: E402
from generated.api.registration_tokens import list_registration_tokens  # noqa: E402
from generated.api.resources import add_resource, get_resource, list_resources, remove_resource  # noqa: E402
from generated.api.resources import replace_resource  # noqa: E402
from generated.api.server import diagnose, get_overview, list_settings  # noqa: E402
from generated.api.server_keys import list_server_keys, rotate_server_keys, withdraw_server_key  # noqa: E402

token = access_token(issuer, client_id, key_file, "admin.read admin.write")
client = admin_client.AuthenticatedClient(base_url=issuer + "/admin/v1", token=token)


def tag(response):
    assert 200 <= response.status_code < 300, (response.status_code, response.content)
    return response.headers["ETag"]


# People: a password that the server has chosen is in the answer that makes it, and nowhere else.
user = models.NewUser(user_name="zoë", generate_password=True)
user.claims = models.NewUserClaims.from_dict({"email": "zoe@example.com", "email_verified": True})
made = add_user.sync_detailed(client=client, body=user)
sub = made.parsed.sub
assert len(made.parsed.password) >= 22 and made.headers["Location"].endswith("/users/" + sub)
shown = get_user.sync_detailed(sub, client=client)
assert made.parsed.password.encode() not in shown.content and tag(shown) == tag(made)
assert [found.sub for found in list_users.sync(client=client, login="zoe@example.com").items] == [sub]
patch = {"claims": {"email": "zoe@example.org"}, "groups": ["staff"]}
changed = client.get_httpx_client().patch("/users/" + sub, json=patch, headers={"If-Match": tag(shown)})
assert changed.json()["claims"] == {"email": "zoe@example.org"}, changed.text
stale = client.get_httpx_client().patch("/users/" + sub, json=patch, headers={"If-Match": tag(shown)})
assert stale.status_code == 412 and stale.json()["etag"] == tag(changed), stale.text
with_password = set_password.sync_detailed(
    sub, client=client, body=models.NewPassword(generate_password=True), if_match=tag(changed))
assert with_password.parsed.password != made.parsed.password
assert remove_user.sync_detailed(sub, client=client, if_match=tag(with_password)).status_code == 204
assert get_user.sync_detailed(sub, client=client).status_code == 404

# Resources, whose names in the path are URLs.
uri = "https://api.example.com/v1?a=b"
made = add_resource.sync_detailed(client=client, body=models.NewResource(resource=uri, scopes=["a"]))
shown = get_resource.sync_detailed(uri, client=client)
assert tag(made) == tag(shown) and shown.parsed.scopes == ["a"], shown
replaced = replace_resource.sync_detailed(
    uri, client=client, body=models.ResourceChange(resource_name="API"), if_match=tag(shown))
assert replaced.parsed.scopes == [] and replaced.parsed.resource_name == "API"
assert [found.resource for found in list_resources.sync(client=client, limit=1).items] == [uri]
assert remove_resource.sync_detailed(uri, client=client, if_match=tag(replaced)).status_code == 204

# The key store: a plan, the import, the export.
content = pathlib.Path(certificate).read_bytes()
body = models.KeyStoreImport(file=base64.b64encode(content).decode(), alias="zoë", dry_run=True)
plan = import_certificates.sync(client=client, body=body)
assert [entry.result.value for entry in plan.entries] == ["added"] and not plan.changed
body.dry_run = False
assert import_certificates.sync(client=client, body=body).changed
entry = get_key_store_entry.sync_detailed("zoë", client=client)
assert entry.parsed.alias == "zoë"
exported = get_certificate.sync("zoë", client=client)
assert exported.pem.strip() == content.decode().strip()
assert remove_key_store_entry.sync_detailed("zoë", client=client, if_match=tag(entry)).status_code == 204

# Registration tokens.
made = add_registration_token.sync_detailed(client=client, body=models.NewRegistrationToken(note="walk"))
listed = list_registration_tokens.sync_detailed(client=client)
assert made.parsed.token.encode() not in listed.content
revoked = revoke_registration_token.sync_detailed(made.parsed.id, client=client, if_match=tag(made))
assert revoked.status_code == 204

# Server keys: the next ones, and one of them withdrawn.
before = list_server_keys.sync(client=client)
rotation = models.Rotation.from_dict({"algorithms": ["RS256"], "signs_in": 600})
after = rotate_server_keys.sync(client=client, body=rotation)
new = {key.kid for key in after.items} - {key.kid for key in before.items}
assert len(new) == 1
assert withdraw_server_key.sync_detailed(new.pop(), client=client, if_match="*").status_code == 204

# The state of the server.
settings = {setting.key: setting for setting in list_settings.sync(client=client).items}
assert settings["server.listen"].origin.source.value == "flag", settings["server.listen"]
assert {finding.grade.value for finding in diagnose.sync(client=client).findings} <= {"ok", "warning", "problem"}
overview = get_overview.sync(client=client, period=models.GetOverviewPeriod.MINUTES)
assert len(overview.points) == 60 and overview.total.tokens >= 1 and overview.live.health.complete, overview

# A token that reads.
reader = admin_client.AuthenticatedClient(
    base_url=issuer + "/admin/v1", token=access_token(issuer, client_id, key_file, "admin.read"))
assert list_users.sync_detailed(client=reader).status_code == 200
refused = add_resource.sync_detailed(client=reader, body=models.NewResource(resource=uri))
assert refused.status_code == 403 and refused.headers["WWW-Authenticate"].startswith("Bearer "), refused
print("walked")
