"""Calls the tool `report` of an MCP server, as a client of the MCP Python SDK 1.x or 2.x.

usage: mcp_agent.py SERVER ISSUER key CLIENT KEY-FILE
       mcp_agent.py SERVER ISSUER registered CLIENT
       mcp_agent.py SERVER ISSUER document URL
"""

import asyncio
import signal
import sys
from importlib.metadata import version
from urllib.parse import parse_qsl, urlsplit

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import PrivateKeyJWTOAuthProvider, SignedJWTParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata

IS_FIRST = version("mcp").startswith("1.")
if IS_FIRST:
    import httpx as http_library
else:
    import httpx2 as http_library
    from mcp.shared.auth import AuthorizationCodeResult

REDIRECT_URI = "http://127.0.0.1:8001/callback"
SCOPE = "reports.read"


class Memory:
    """Tokens and client of one run."""

    def __init__(self, client=None):
        self.tokens, self.client = None, client

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Browser:
    """A person's, who is asked for the address that it ends at."""

    async def open(self, url):
        self.answer = input(f"Sign in at {url}\nThe browser ended at: ")

    async def result(self):
        fields = dict(parse_qsl(urlsplit(self.answer).query))
        return (fields["code"], fields.get("state")) if IS_FIRST else AuthorizationCodeResult(**fields)


def with_key(server, issuer, client, file):
    with open(file) as key:
        signed = SignedJWTParameters(issuer=client, subject=client, signing_key=key.read())
    scope = {"scopes" if IS_FIRST else "scope": SCOPE}
    return PrivateKeyJWTOAuthProvider(
        server, Memory(), client, signed.create_assertion_provider(), issuer=issuer, **scope)


def with_person(server, client=None, document=None):
    registered = client and OAuthClientInformationFull(
        client_id=client, redirect_uris=[REDIRECT_URI], token_endpoint_auth_method="none")
    metadata = OAuthClientMetadata(client_name="Agent", redirect_uris=[REDIRECT_URI], scope=SCOPE)
    browser = Browser()
    return OAuthClientProvider(
        server, metadata, Memory(registered or None), browser.open, browser.result, client_metadata_url=document)


async def call(server, auth):
    async with http_library.AsyncClient(auth=auth, timeout=60) as http:
        async with streamable_http_client(server, http_client=http) as (reading, writing, *_):
            async with ClientSession(reading, writing) as session:
                await session.initialize()
                result = await session.call_tool("report", {"name": "Sales"})
                print(version("mcp"), result.content[0].text)


# The test threads that start this process block every signal, and a child inherits the mask.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
server, issuer, kind, *rest = sys.argv[1:]
if kind == "key":
    provider = with_key(server, issuer, *rest)
elif kind == "registered":
    provider = with_person(server, client=rest[0])
else:
    provider = with_person(server, document=rest[0])
asyncio.run(call(server, provider))
