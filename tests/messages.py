# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the messages of the interface from code and templates: `make messages` updates the catalogue.

New messages get an empty translation, unused ones are removed. `tests/pages/test_language.py` fails until all are
translated.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tests.conftest import ROOT

CATALOGUE = ROOT / "web" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
WHERE = {"web": [("**.py", "python")], "templates": [("**.html", "jinja2")]}
HEADER = """# The interface in Arabic. A number governs one of six forms: for 0, 1, 2, 3 to 10, 11 to 99, and the rest.
msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"

"""


def extracted() -> Catalog:
    """Returns the messages of the code and the templates, untranslated."""
    catalog = Catalog()
    for folder, methods in WHERE.items():
        for _, _, message, _, context in extract_from_dir(ROOT / folder, methods):
            catalog.add(message, context=context)
    return catalog


def translated() -> Catalog:
    """Returns the catalogue as it is. Raises PoFileError if it cannot be read."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ar", abort_invalid=True)


def forms(message: Message) -> list[str]:
    """Returns the translation, or the six plural forms of a message with a number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def main() -> None:
    """Updates the catalogue."""
    catalog = translated()
    catalog.update(extracted(), no_fuzzy_matching=True)
    with CATALOGUE.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalog, width=0, omit_header=True, sort_output=True, ignore_obsolete=True, no_location=True)
    print(*(f"to translate: {message.id}" for message in catalog if message.id and not any(forms(message))), sep="\n")


if __name__ == "__main__":
    main()
