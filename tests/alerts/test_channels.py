# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what a webhook and a mail server of this machine get, and that none of them can hold up or divert a run."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from email.headerregistry import Address
from pathlib import Path

import pytest

from indexer.alerts.channels import DeliveryError, Message
from indexer.alerts.mail import Mailbox, MailServer, mail_server
from indexer.alerts.messages import Batch, new_article
from indexer.alerts.webhook import Webhook, webhook_channel
from indexer.errors import UsageError
from indexer.search.query.request import SearchRequest
from tests.alerts.receivers import Hook, Post, closed_port, hook, post
from tests.web_fixtures import HOSTILE, IRAQ, RLO

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
AT = 1_700_000_000
MESSAGE = Message("msg_0", "جسر السنابل — الجديد: 1", "نصّ")


def batch() -> Batch:
    articles = tuple(new_article(one, (AT, one.id)) for one in (IRAQ, HOSTILE))
    return Batch("جسر\r\nBcc: all@example.org", SearchRequest(q="جسر"), articles, (AT, "~"), 3, "2026-01-01T03:15:00Z")


@pytest.fixture
def hooked() -> Iterator[Hook]:
    with hook() as made:
        yield made


@pytest.fixture
def posted() -> Iterator[Post]:
    with post() as made:
        yield made


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIHRIST_PUBLIC_URL", "https://news.example.org/archive/")


def webhook(address: str, monkeypatch: pytest.MonkeyPatch, **more: object) -> Webhook:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    return webhook_channel("hook", {"webhook": address, "secret_variable": "HOOK_SECRET", **more})


def test_a_webhook_gets_signed_json(hooked: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = webhook(hooked.address, monkeypatch)
    message = channel.message(batch())
    assert message == channel.message(batch()), "the same articles make the same message"
    channel.send(message)
    ((headers, body),) = hooked.posts
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"0123456789abcdef01234567", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert (headers["webhook-id"], headers["content-type"]) == (message.id, "application/json; charset=utf-8")
    (told,) = hooked.bodies()
    assert (told["type"], told["timestamp"]) == ("articles.added", "2026-01-01T03:15:00Z")
    data = told["data"]
    assert (data["q"], data["remaining"]) == ("جسر", 3)
    assert data["page"].startswith(
        "https://news.example.org/archive/?q=%D8%AC%D8%B3%D8%B1&sort=added&indexed_from=2023-"
    )
    iraq, hostile = data["articles"]
    assert (iraq["id"], iraq["title"], iraq["url"]) == (IRAQ.id, IRAQ.title, IRAQ.url)
    assert iraq["page"] == f"https://news.example.org/archive/articles/{IRAQ.id}"
    assert iraq["summary"].startswith("بحث رئيس الوزراء")
    assert (hostile["url"], len(hostile["summary"]) < 250) == (None, True)


@pytest.mark.parametrize(
    ("answer", "again", "place_fails", "reason"),
    [
        (500, True, True, "status 500"),
        (503, True, True, "status 503"),
        (429, True, True, "status 429"),
        (301, False, False, "redirect"),
        (307, False, False, "redirect"),
        (400, False, False, "status 400"),
        (410, False, False, "status 410"),
        ("hang", True, True, "did not answer within 1 seconds"),
        ("drip", True, True, "did not answer within 1 seconds"),
    ],
)
def test_a_webhook_that_misbehaves(
    hooked: Hook, monkeypatch: pytest.MonkeyPatch, answer: int | str, again: bool, place_fails: bool, reason: str
) -> None:
    hooked.answers = [answer]
    with pytest.raises(DeliveryError, match=reason) as refused:
        webhook(hooked.address, monkeypatch, seconds=1).send(MESSAGE)
    assert (refused.value.again, refused.value.place_fails) == (again, place_fails)
    assert len(hooked.posts) == 1, "no redirect is followed"


def test_a_webhook_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(DeliveryError, match="cannot be reached: Connection refused") as refused:
        webhook(f"http://127.0.0.1:{closed_port()}/", monkeypatch).send(MESSAGE)
    assert refused.value.place_fails


def mailbox(port: int, seconds: int = 1) -> Mailbox:
    sender = Address("فهرست", addr_spec="news@example.org")
    return Mailbox("desk/a@b.c", "a@b.c", MailServer("127.0.0.1", port, "none", "", "", sender), seconds)


def test_a_mail_is_plain_arabic_text(posted: Post) -> None:
    channel = mailbox(posted.port)
    message = channel.message(batch())
    channel.send(message)
    (mail,) = posted.mails
    assert posted.recipients == ["a@b.c"]
    assert (mail["From"], mail["To"]) == ("فهرست <news@example.org>", "a@b.c")
    assert mail["Subject"] == "جسر Bcc: all@example.org — الجديد: 2"
    assert "Bcc" not in mail
    assert mail["Message-ID"] == f"<{message.id}@example.org>"
    assert (mail.get_content_type(), mail.get_content_charset()) == ("text/plain", "utf-8")
    lines = mail.get_content().replace("\r\n", "\n").split("\n")
    assert lines[:2] == [IRAQ.title, "شينخوا · عربي ودولي · ليلى حداد · 2021-12-04"]
    assert lines[3] == f"https://news.example.org/archive/articles/{IRAQ.id}"
    assert RLO not in mail.get_content()


@pytest.mark.parametrize(
    ("answer", "again", "place_fails", "reason"),
    [
        (450, True, False, "450 as told"),
        (550, False, False, "550 as told"),
        ("hang", True, True, "did not answer within 1 seconds"),
    ],
)
def test_a_mail_server_that_misbehaves(
    posted: Post, answer: int | str, again: bool, place_fails: bool, reason: str
) -> None:
    posted.answers = [answer]
    with pytest.raises(DeliveryError, match=reason) as refused:
        mailbox(posted.port).send(MESSAGE)
    assert (refused.value.again, refused.value.place_fails) == (again, place_fails)
    assert posted.mails == []


def test_a_mail_server_that_is_not_there() -> None:
    with pytest.raises(DeliveryError, match="Connection refused") as refused:
        mailbox(closed_port()).send(MESSAGE)
    assert refused.value.place_fails


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "SMTP_HOST names no server"),
        ({"HOST": "mail.example.org"}, "SMTP_FROM must be an address"),
        ({"HOST": "mail.example.org", "FROM": "a@b.c\r\nBcc: x@y.z"}, "SMTP_FROM must be an address"),
        ({"HOST": "mail.example.org", "FROM": "a@b.c", "USER": "me", "TLS": "none"}, "anybody to read"),
        ({"HOST": "mail.example.org", "FROM": "a@b.c", "USER": "me", "PASSWORD_FILE": "/no/where"}, "No such file"),
    ],
)
def test_settings_of_mail_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], reason: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"FIHRIST_SMTP_{name}", value)
    with pytest.raises(UsageError, match=reason):
        mail_server()


def test_settings_of_mail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
    stated = {
        "HOST": "mail.example.org",
        "FROM": "Fihrist <a@b.c>",
        "USER": "me",
        "PASSWORD_FILE": str(tmp_path / "password"),
    }
    for name, value in stated.items():
        monkeypatch.setenv(f"FIHRIST_SMTP_{name}", value)
    made = mail_server()
    assert (made.port, made.tls, made.user, made.password, str(made.sender)) == (
        587,
        "starttls",
        "me",
        "s3cret",
        "Fihrist <a@b.c>",
    )
