# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises lines by their form: captions, sources, counters, lines about the author, notices to the reader."""

from __future__ import annotations

import re
from functools import cache

from indexer.cleaning.lines.cues import network_words, speaks_to_reader, word_list
from indexer.cleaning.lines.folding import COLON, folded_words

_LABELLED_CAPTION = re.compile(
    r"(?:التعليق على الصورة|تعليق الصورة|صدر الصورة|مصدر الصورة|مصدر الصور|حقوق الصورة|الصورة|صورة|الصور"
    r"|تصوير|عدسة|image (?:source|caption|credit)|photo(?: credit| by)?|picture|credit)\s*[:/|]\s*\S",
    re.IGNORECASE,
)
_SURE_CAPTION = re.compile(
    r"(?:التعليق على الصورة|صدر الصورة|مصدر الصورة|image (?:source|caption))\s*[:،,]", re.IGNORECASE
)
_CREDIT = re.compile(r"(?P<what>.{6,200}?)(?: ?\((?P<closed>[^()]{2,60})\)\.?| [/©] ?(?P<open>[^/|()]{2,40}))")
_CREDIT_LABEL = re.compile(r"(?:تصوير|عدسة|photo|صورة|المصدر)\s*[:/]", re.IGNORECASE)
_PHOTO_BY = re.compile(
    r"\bphoto(?:graph)?s?(?: by)?\s*[:/]\s*[\w. /-]{2,40}$|\((?:photo|file)\b[^()]*\)$", re.IGNORECASE
)
_NO_PICTURE = re.compile(r"[.!؟?:»\"]\s*$")
_SOURCE = re.compile(r"^[-–*(\s]*(?:المصدر|المصادر|مصدر الخبر|نقلا عن|source)\s*[:：]", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|^@\w+$", re.IGNORECASE)
_POST = re.compile(r"\(@\w{2,30}\)|(?:^|\s)pic\.(?:twitter|x)\.com/\w+$")
_COUNTED = re.compile(r"^[\s\d٠-٩۰-۹.,٬°º%+–()/|:kKمMك-]+$")
_TEMPERATURE = re.compile(r"[\d٠-٩]\s?[°º]")
_ROLE = re.compile(r"^(?:Author|Role)\s*[,،:]", re.IGNORECASE)

_LONGEST = 400
_LONGEST_CAPTION = 28
_LONGEST_SURE_CAPTION = 60
_LONGEST_NAME_OF_SOURCE = 8
_LONGEST_COUNTER = 8
_MOST_CREDIT_WORDS = 5
_WORDS_OF_PROFESSION = 5
_LEFT_OF_NETWORKS = 2
_WORDS_OF_WALL = 3
_WORDS_OF_PUBLISHER = 5
_LONGEST_OF_WALL = 12


def is_reporting(words: tuple[str, ...]) -> bool:
    """Whether a sentence of ``words`` tells what somebody said or did, as sentences of articles do."""
    verbs = word_list("speech")
    return any(word in verbs or (word[:1] in ("و", "ف") and word[1:] in verbs) for word in words)


def continues_text(words: tuple[str, ...]) -> bool:
    """Whether a paragraph of ``words`` continues the one before: "وأضاف ...", "من جهته ...".

    Nine in ten last paragraphs of articles begin like this, but only one in a hundred first paragraphs.
    """
    if not words:
        return False
    if words[0] in word_list("continuing") or "_".join(words[:2]) in word_list("continuing after"):
        return True
    return words[0][0] == "و" and len(words[0]) > 2 and words[0] not in word_list("own waw")


def is_cookie_notice(words: tuple[str, ...]) -> bool:
    """Whether ``words`` ask the reader to agree to cookies."""
    cookies = word_list("cookies")
    if cookies.isdisjoint(words) or is_reporting(words):
        return False
    return len(word_list("agreeing").intersection(words)) > 1 or "فانك" in words


def caption_certainty(text: str, words: tuple[str, ...], *, is_prose: bool) -> str:
    """Returns "sure" or "likely" if ``text`` is the caption or credit of a picture, else ""."""
    if _SURE_CAPTION.match(text) and len(words) <= _LONGEST_SURE_CAPTION:
        return "sure"
    if len(words) > _LONGEST_CAPTION or len(text) > _LONGEST or is_reporting(words):
        return ""
    if _PHOTO_BY.search(text):
        return "sure"
    if is_prose and not text.rstrip().endswith(")"):
        return ""
    if _LABELLED_CAPTION.match(text):
        return "likely"
    return "likely" if _is_credited(text) or _is_from_archive(words) else ""


def _is_credited(text: str) -> bool:
    found = _CREDIT.fullmatch(text)
    if found is None:
        return False
    credit = found["closed"] or found["open"]
    if found["closed"] and _CREDIT_LABEL.match(credit):
        return True
    if _NO_PICTURE.search(found["what"]):
        return False
    words = [word for word in folded_words(credit) if word != COLON]
    known = [word for word in words if word in word_list("credits") or len(word) == 1]
    return 0 < len(words) <= _MOST_CREDIT_WORDS and len(known) >= (len(words) + 1) / 2


def _is_from_archive(words: tuple[str, ...]) -> bool:
    return words[-1:] in (("ارشيفيه",), ("ارشيف",), ("تعبيريه",), ("الارشيف",)) and len(words) <= _LONGEST_COUNTER


def is_source(text: str, words: tuple[str, ...]) -> bool:
    """Whether ``text`` only names the agency or newspaper that an article is from."""
    return len(words) <= _LONGEST_NAME_OF_SOURCE and _SOURCE.match(text) is not None


def is_counter(text: str, words: tuple[str, ...]) -> bool:
    """Whether ``text`` is a number, or numbers and what they count ("1,284 مشاهدة", "0 12 2 دقائق")."""
    if len(words) > _LONGEST_COUNTER or len(text) > _LONGEST:
        return False
    if _COUNTED.match(text) or (_TEMPERATURE.search(text) and len(words) <= 3):
        return True
    counting = word_list("counting")
    return bool(words) and all(word in counting or word.isdigit() for word in words)


def is_bare_number(text: str) -> bool:
    """Whether ``text`` has digits and no letter."""
    return len(text) <= _LONGEST and _COUNTED.match(text) is not None and any(character.isdigit() for character in text)


def is_address(text: str) -> bool:
    """Whether ``text`` is only the address of a page or an account."""
    return _ADDRESS.match(text) is not None


def is_embedded_post(text: str) -> bool:
    """Whether ``text`` is the last line of a post from a social network: "— Name (@name) March 14, 2023"."""
    return len(text) <= _LONGEST and _POST.search(text) is not None


def is_author_role(text: str) -> bool:
    """Whether ``text`` is the name or role of the author after an English label in an Arabic page."""
    return _ROLE.match(text) is not None


def is_about_author(words: tuple[str, ...]) -> bool:
    """Whether ``words`` present the author: "كاتب وصحافي لبناني", "صحافية مستقلة من صور"."""
    professions = word_list("professions")
    if len(words) < 2 or words[0] not in professions:
        return False
    more = professions | word_list("of_professions")
    return not is_reporting(words) and any(word.removeprefix("و") in more for word in words[1:_WORDS_OF_PROFESSION])


def is_signature(words: tuple[str, ...]) -> bool:
    """Whether ``words`` are only names of agencies."""
    words = tuple(word.rstrip("0123456789") or word for word in words)
    credits_ = word_list("credits")
    known = sum(word in credits_ for word in words)
    return len(words) > 1 and all(word in credits_ or len(word) == 1 or word.isdigit() for word in words) and known > 0


def is_run_of_networks(text: str) -> bool:
    """Whether ``text`` is names of social networks without spaces between them ("FacebookTwitterWhatsApp")."""
    if len(text) > _LONGEST or " " in text or not text.isascii():
        return False
    rest, found = _latin_networks().subn("", text.lower())
    return found > 0 and sum(map(str.isalnum, rest)) <= _LEFT_OF_NETWORKS


@cache
def _latin_networks() -> re.Pattern[str]:
    names = (name for name in network_words().names if name.isascii() and len(name) > _LEFT_OF_NETWORKS)
    return re.compile("|".join(sorted(names, key=lambda name: (-len(name), name))))


def is_about_page(words: tuple[str, ...]) -> bool:
    """Whether a sentence of ``words`` is about the page's own newsletter, channel, comments or paywall."""
    own = not word_list("page").isdisjoint(words) or len(word_list("wall").intersection(words)) >= _WORDS_OF_WALL
    return own and not is_reporting(words)


def is_disclaimer(words: tuple[str, ...]) -> bool:
    """Whether ``words`` say that a text or a comment is not the opinion of the publisher."""
    if "بالضروره" not in words or word_list("opinion").isdisjoint(words) or is_reporting(words):
        return False
    return not word_list("publishers").isdisjoint(words)


def is_about_site(words: tuple[str, ...]) -> bool:
    """Whether a sentence of ``words`` presents the newspaper or site itself."""
    return len(word_list("publisher").intersection(words)) >= _WORDS_OF_PUBLISHER and not is_reporting(words)


def is_about_paywall(words: tuple[str, ...]) -> bool:
    """Whether a heading of ``words`` belongs to the box that asks the reader to subscribe or log in."""
    return len(words) <= _LONGEST_OF_WALL and len(word_list("wall").intersection(words)) > 1 and not is_reporting(words)


def invites_to_follow(words: tuple[str, ...]) -> str:
    """Returns how certainly ``words`` invite to follow the outlet: "sure", "likely" or "" for not at all.

    It is "sure" if they end with "on" or "via": the name of a network stood after that word.
    """
    if not words or words[0] not in network_words().inviting or is_reporting(words):
        return ""
    if words[-1] in ("علي", "عبر"):
        return "sure"
    return "likely" if speaks_to_reader(words) or "عبر" in words or "علي" in words else ""
