# SPDX-License-Identifier: GPL-3.0-or-later
"""The example programs that the documentation of the API shows. Tests run each of them."""

PYTHON = """import json
from urllib.parse import urlencode
from urllib.request import urlopen

server = "http://127.0.0.1:8000"
address = "/api/v1/search?" + urlencode({"q": "جسر السنابل", "per_page": 2, "facets": "source"})
while address:
    with urlopen(server + address) as answer:
        page = json.load(answer)
    for result in page["results"]:
        print(result["published_at"], result["source"], result["title"])
    address = page["next"]
"""

JAVASCRIPT = """const server = "http://127.0.0.1:8000";
const query = new URLSearchParams({ q: "جسر السنابل", sort: "newest", fields: "title,published_at" });
const answer = await fetch(`${server}/api/v1/search?${query}`);
const page = await answer.json();
if (!answer.ok) throw new Error(`${page.code}: ${page.detail}`);
for (const result of page.results) console.log(result.published_at, result.title);
"""

SHELL = """# All articles of 2023, one line of JSON each; run again, it continues after the last article that arrived.
server=http://127.0.0.1:8000
touch articles.ndjson
head -n "$(($(wc -l < articles.ndjson)))" articles.ndjson > whole.ndjson # without a last line that was cut off
mv whole.ndjson articles.ndjson
last=$(tail -n 1 articles.ndjson | cut -c 9-24) # {"id": "0123456789abcdef", ...
curl --silent --show-error --fail --compressed --get "$server/api/v1/export.ndjson" \\
  --data-urlencode 'from=2023' --data-urlencode 'to=2023' --data-urlencode "cursor=$last" >> articles.ndjson
"""
