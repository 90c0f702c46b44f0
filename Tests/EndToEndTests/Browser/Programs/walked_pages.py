"""Which pages of the console a walk has been on, compared with `walked_pages.json`.

That table names a walk for each page and each way to use it; `WalkedPagesTests` compares its pages with those of the console. Here each walk fails
that has not done what the table says of it.

- `axe`: looked at with `Looks.at`, which means axe in both themes and a screen of 320 pixels;
- `opened` and `plain`: shown with JavaScript, and without it;
- `sent` and `sent_plain`: a form of the page was accepted, with JavaScript and without it.

Its `views` are other states that were looked at, by the name of the picture. A walk also fails that has not made all pictures for docs/ that its
program names.
"""

import json
import os
import re
import sys
import urllib.parse

BASE = "/console"
# With 400 the page shows a form with its mistakes.
SHOWN, ACCEPTED = {200, 400}, {200, 303}

with open(os.path.join(os.path.dirname(__file__), "walked_pages.json"), encoding="utf-8") as file:
    table = json.load(file)

# Those with fewer parameters first, as the server reads paths.
patterns = sorted(
    ((path, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))) for path in table["pages"]),
    key=lambda pair: pair[0].count("{"))
seen = set()
# Of the latest answer at each URL.
status = {}


def page_of(url):
    path = urllib.parse.urlsplit(url).path
    if path != BASE and not path.startswith(BASE + "/"):
        return None
    path = path[len(BASE):].rstrip("/")
    return next((name for name, pattern in patterns if pattern.fullmatch(path)), None)


def listen(context, is_scripted):
    """Notes what the pages of a browser context show and send."""

    def answered(response):
        request = response.request
        if not request.is_navigation_request():
            return
        status[request.url] = response.status
        if request.method == "POST" and response.status in ACCEPTED:
            note(request.url, "sent" if is_scripted else "sent_plain")
        elif request.method == "GET" and response.status == 200:
            note(request.url, "opened" if is_scripted else "plain")

    context.on("response", answered)


def looked(page, name):
    if status.get(page.url.partition("#")[0]) in SHOWN:
        note(page.url, "axe")
    seen.add((name, "view"))


def pictured(name):
    seen.add((name, "guide"))


def note(url, use):
    path = page_of(url)
    if path is not None:
        seen.add((path, use))


def missing():
    """What the table or this program itself says that it does, and it has not done."""
    program = os.path.basename(sys.argv[0]).removesuffix(".py")
    said = {(path, use) for path, uses in table["pages"].items() for use, walk in uses.items() if walk == program}
    said |= {(name, "view") for name, walk in table["views"].items() if walk == program}
    with open(sys.argv[0], encoding="utf-8") as source:
        said |= {(name, "guide") for name in re.findall(r'looks\.guide\(page, "([\w-]+)"', source.read())}
    return sorted(said - seen)
