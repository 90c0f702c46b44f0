"""Walks through the key store pages of the console, with a real browser. Prints a line for each step.

usage: keystore_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import os
import re
import subprocess
import sys
import tempfile

from browser_support import Looks, Walk, has_other_script
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk = Walk()
looks = Looks(pictures)
SMALL = 50 * 1024
# The guide's client ID; Java makes it lower case.
CLIENT = "nwU59qy9AsDqftmwLcfmkvOhvuYa"
HOSTILE = '/CN=<script>document.title="owned"<\\/script>/O=a\u202egro.elpmaxe'
folder = tempfile.mkdtemp()


def run(*arguments):
    result = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
    return result.stdout


def path(name):
    return os.path.join(folder, name)


def prepare():
    """The commands of the guide, then files that cannot be imported."""
    store = ["-storetype", "JKS", "-storepass", "changeit"]
    run("keytool", "-genkey", "-alias", CLIENT, "-keyalg", "RSA", "-keystore", "TodayApp.jks", *store, "-keypass",
        "changeit", "-dname", "CN=TodayApp")
    run("keytool", "-importkeystore", "-srckeystore", "TodayApp.jks", "-destkeystore", "TodayApp.p12",
        "-deststoretype", "PKCS12", "-srcstorepass", "changeit", "-deststorepass", "changeit")
    run("openssl", "pkcs12", "-in", "TodayApp.p12", "-nodes", "-nocerts", "-out", "privatekey.pem", "-passin",
        "pass:changeit")
    run("keytool", "-export", "-alias", CLIENT, "-file", CLIENT + ".cer", "-keystore", "TodayApp.jks", "-storepass",
        "changeit")
    run("openssl", "pkcs12", "-export", "-inkey", "privatekey.pem", "-nocerts", "-out", "nocert.p12", "-passout",
        "pass:changeit")
    # More rounds of password derivation than the server is willing to do.
    run("openssl", "pkcs12", "-export", "-inkey", "privatekey.pem", "-nocerts", "-iter", "5000001", "-out", "bomb.p12",
        "-passout", "pass:changeit")
    run("openssl", "req", "-x509", "-key", "privatekey.pem", "-utf8", "-subj", HOSTILE, "-days", "9", "-out",
        "hostile.pem")
    with open(path("huge.jks"), "wb") as file:
        file.write(bytes(3 << 20))
    run(binary, "client", "add", "--id", CLIENT, "--name", "TodayApp", "--data", data)
    for name, group in [("vic", "viewer")]:
        result = subprocess.run(
            [binary, "user", "add", name, "--group", group, "--password-stdin", "--data", data],
            input=password + "\n", capture_output=True, text=True)
        assert result.returncode == 0, result.stderr


def token():
    run(binary, "token", "--issuer", issuer, "--client-id", CLIENT, "--key", path("privatekey.pem"))


def open_console(visitor, name="alice"):
    visitor.page.goto(issuer + "/console")
    visitor.type_password(name=name)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Overview")


def small(page):
    assert len(page.content()) <= SMALL, f"{page.url} is too long"


def to_import(visitor):
    page = visitor.page
    page.get_by_role("navigation", name="Console").get_by_role("link", name="Key store").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Key store")
    page.get_by_role("link", name="Import", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import certificates")


def check(visitor, file, secret="", alias=""):
    page = visitor.page
    page.get_by_label("File").set_input_files(path(file) if isinstance(file, str) else file)
    page.get_by_label("Password of the key store").fill(secret)
    page.get_by_label("Alias").fill(alias)
    visitor.press("Check the file")


def refused(visitor, field, words):
    page = visitor.page
    expect(page.get_by_role("alert")).to_contain_text("Nothing has been imported")
    expect(page.locator(f"#{field}-message")).to_contain_text(words)
    expect(page.get_by_label("Password of the key store")).to_have_value("")
    # The summary leads to the field.
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator(f"#{field}")).to_be_focused()


def delete(visitor):
    page = visitor.page
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete the entry")
    visitor.press("Delete the entry")
    expect(page.get_by_role("status")).to_contain_text("The entry has been deleted.")


def guide(visit, source, secret, scripted):
    with visit(java_script_enabled=scripted) as visitor:
        page = visitor.page
        open_console(visitor)
        # Step 11: the list of the key store.
        page.get_by_role("navigation", name="Console").get_by_role("link", name="Key store").click()
        expect(page.get_by_text("No certificates yet")).to_be_visible()
        small(page)
        # Step 12: the import, which is shown before it is done.
        to_import(visitor)
        small(page)
        if source == "TodayApp.jks":
            looks.guide(page, "keystore-import", 820, 560)
        check(visitor, source, secret)
        expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
        row = page.get_by_role("row", name=re.compile("CN=TodayApp"))
        expect(row).to_contain_text("New")
        expect(row).to_contain_text(re.compile("serves the client", re.IGNORECASE))
        small(page)
        if source == "TodayApp.jks":
            expect(page.get_by_text("no private key is read or kept")).to_be_visible()
            looks.guide(page, "keystore-check", 820, 560)
        if scripted:
            looks.at(page, "keystore-check-" + source.split(".")[-1])
        visitor.press("Import the certificate")
        expect(page.get_by_role("status")).to_contain_text("The certificate has been imported.")
        # Step 13: the certificate.
        expect(page.get_by_text("CN=TodayApp").first).to_be_visible()
        expect(page.get_by_role("link", name=CLIENT)).to_be_visible()
        small(page)
        if source == "TodayApp.jks":
            looks.guide(page, "keystore-entry", 820, 560)
        token()
        with page.expect_download() as download:
            page.get_by_role("link", name="Export PEM").click()
        saved = path("saved.pem")
        download.value.save_as(saved)
        assert download.value.suggested_filename.lower() == CLIENT.lower() + ".pem", download.value.suggested_filename
        assert "TodayApp" in run("openssl", "x509", "-in", saved, "-noout", "-subject")
        with page.expect_download() as download:
            page.get_by_role("link", name="Export DER").click()
        download.value.save_as(saved)
        assert "TodayApp" in run("openssl", "x509", "-inform", "DER", "-in", saved, "-noout", "-subject")
        if source == "TodayApp.jks" and scripted:
            page.get_by_role("link", name="Key store").first.click()
            looks.guide(page, "keystore-list", 820, 560)
            page.go_back()
        delete(visitor)


for source, secret in [("TodayApp.jks", "changeit"), ("TodayApp.p12", "changeit"), (CLIENT + ".cer", "")]:
    for scripted in (True, False):
        walk.step(f"steps 11 to 13 with {source}, {'with' if scripted else 'without'} JavaScript")(
            lambda visit, source=source, secret=secret, scripted=scripted: guide(visit, source, secret, scripted))


@walk.step("files that cannot be imported are refused at their field, and the alias is kept")
def faults(visit):
    with visit() as visitor:
        open_console(visitor)
        for file, secret, field, words in [
                ("TodayApp.jks", "wrong", "password", "the password is wrong"),
                ("TodayApp.p12", "wrong", "password", "the password is wrong"),
                ("TodayApp.jks", "", "password", "needs its password"),
                ("nocert.p12", "changeit", "file", "without a certificate"),
                ("bomb.p12", "changeit", "file", "rounds of password derivation"),
                ("privatekey.pem", "", "file", "private key")]:
            to_import(visitor)
            check(visitor, file, secret, alias="kept")
            refused(visitor, field, words)
            expect(visitor.page.get_by_label("Alias")).to_have_value("kept")
        looks.at(visitor.page, "keystore-refused")
        to_import(visitor)
        check(visitor, "huge.jks", "changeit")
        refused(visitor, "file", "longer than 1 MiB")
        to_import(visitor)
        check(visitor, {"name": "large.jks", "mimeType": "application/octet-stream", "buffer": bytes(1200000)})
        refused(visitor, "file", "")


@walk.step("names of files and certificates are text, whatever they contain")
def hostile(visit):
    with visit() as visitor:
        page = visitor.page
        open_console(visitor)
        with open(path("hostile.pem"), "rb") as file:
            certificate = file.read()
        for name in ["../../etc/<script>alert(1)<script>.pem", 'a"b.pem', "a\nb.pem", "a\u202egpj.pem"]:
            to_import(visitor)
            check(visitor, {"name": name, "mimeType": "text/plain", "buffer": certificate})
            expect(page.locator("main h2").first).to_contain_text("What is in")
            assert "\u202e" not in page.content() and page.title().startswith("Import"), page.title()
            assert not has_other_script(page)
        page.get_by_label("Alias").fill("<img src=x onerror=alert(1)>")
        visitor.press("Check again")
        visitor.press("Import the certificate")
        expect(page.get_by_role("status")).to_contain_text("has been imported")
        expect(page.get_by_text("document.title").first).to_be_visible()
        assert page.title().startswith("Entry") and page.locator("main img").count() == 0
        looks.at(page, "keystore-entry")
        page.get_by_role("link", name="Delete", exact=True).click()
        looks.at(page, "keystore-delete")
        page.go_back()
        page.get_by_role("link", name="Key store").first.click()
        looks.at(page, "keystore-list")
        page.get_by_role("link", name="<img").click()
        delete(visitor)
        looks.at(page, "keystore-empty")
        page.get_by_role("link", name="Import", exact=True).first.click()
        looks.at(page, "keystore-import")


@walk.step("a viewer looks, and is offered no import")
def viewer(visit):
    with visit() as visitor:
        open_console(visitor, "vic")
        page = visitor.page
        page.get_by_role("navigation", name="Console").get_by_role("link", name="Key store").click()
        expect(page.get_by_text("To change something, ask an administrator.")).to_be_visible()
        expect(page.get_by_role("link", name="Import")).to_have_count(0)
        assert page.goto(issuer + "/console/keystore/import").status == 403


@walk.step("by keyboard alone")
def keyboard(visit):
    with visit() as visitor:
        page = visitor.page
        open_console(visitor)
        page.goto(issuer + "/console/keystore/import")
        page.get_by_label("File").set_input_files(path(CLIENT + ".cer"))
        visitor.use("Check the file")
        expect(page.locator("main h2").first).to_contain_text("What is in")
        visitor.use("Import the certificate")
        expect(page.get_by_role("status")).to_contain_text("has been imported")
        visitor.use("Delete", role="link")
        visitor.use("Delete the entry")
        expect(page.get_by_role("status")).to_contain_text("deleted")


prepare()
status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
