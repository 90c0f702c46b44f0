"""Sends generated requests to every operation of the admin API (schemathesis), and checks each answer against the description.

property_run.py ISSUER CLIENT_ID KEY_FILE DIRECTORY EXAMPLES
"""

import os
import pathlib
import subprocess
import sys

from admin_api_support import access_token

issuer, client_id, key_file, directory, examples = sys.argv[1:]

# 428 is the answer to a change without If-Match (RFC 6585 section 3), 413 to more than 64 KiB, which no schema can say.
config = """
[checks]
missing_required_header.expected-statuses = [400, 401, 403, 406, 415, 422, 428]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428]
# A schema cannot say which certificates, claims and passwords are accepted.
positive_data_acceptance.enabled = false
"""
file = pathlib.Path(directory) / "schemathesis.toml"
file.write_text(config)
# The client of this run is left alone: the examples find it, and disabled or removed it could ask nothing more.
hooks = pathlib.Path(directory) / "property_hooks.py"
hooks.write_text(f"""
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {{}}).get("client_id") == {client_id!r}:
        case.path_parameters["client_id"] = "billing"
""")
# The client's token is opaque, so that it works on when the run has withdrawn the server's keys.
token = access_token(issuer, client_id, key_file, "admin.read admin.write")
result = subprocess.run(
    [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(file), "run", issuer + "/admin/v1/openapi.json",
        "--header", "Authorization: Bearer " + token, "--max-examples", examples, "--workers", "1", "--seed", "1",
        "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure", "--no-color",
        "--suppress-health-check", "all",
        # It lets the server send requests to generated addresses.
        "--exclude-operation-id", "testKeySet",
    ],
    cwd=directory, env=os.environ | {"SCHEMATHESIS_HOOKS": "property_hooks", "PYTHONPATH": directory}, text=True,
    stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
)
print(result.stdout)
if "Authentication failed" in result.stdout:
    sys.exit("Operations were refused throughout, so they were not tested.")
sys.exit(result.returncode)
