# SPDX-License-Identifier: GPL-3.0-or-later
"""More layouts of HTML articles, each with a trap: where the date is, what surrounds the text, how short the text is.

Each template is a function from a `Story` to a page, as in `html_pages`. The pages of `DATED` state the date of the
story; other dates on them belong to other articles or to updates, or are today's. The pages of `UNDATED` state no date.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.sources.html_pages import (
    COMMENTS,
    COPYRIGHT,
    LATEST,
    MENU,
    SHARE,
    SUMMARIES,
    Story,
    e,
    json_ld,
    links,
    paragraphs,
)

TODAY = "السبت 5 يوليو 2025"
POLICY = (
    "تحتفظ الإدارة بحق حذف المشاركات التي تسيء إلى الأشخاص أو تخرج عن موضوع النقاش، وبحق تعديلها قبل النشر.",
    "ما ينشر من آراء القراء لا يعبر بالضرورة عن رأي الموقع بل عن رأي أصحابه.",
)


def _page(story: Story, body: str, head: str = "", title: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{e(title or story.title)}</title>{head}</head>'
        f'<body><header><div class="topbar"><span>{TODAY}</span></div><nav><ul>{links(MENU)}</ul></nav></header>{body}'
        f"<footer><p>{COPYRIGHT}</p></footer></body></html>"
    )


def feed_below(story: Story) -> str:
    """An announcement above the text; below it a feed with the same headline, and the rules for comments at the end."""
    feed = "".join(
        f"<li><span>{9 + n}:27</span> <a href='/f{n}'>{e(text)}</a></li>"
        for n, text in enumerate((*LATEST, story.title))
    )
    blocks = "".join(
        f'<div class="art__block" data-type="text"><div class="art__text">{e(text)}</div></div>'
        for text in story.paragraphs
    )
    return _page(
        story,
        f'<div class="art__header"><div class="art__info"><a href="/20230314/">14:43 14.03.2023</a><span>(تم التحديث: 10:05 15.03.2023)</span></div>'
        f'<h1 class="art__title">{e(story.title)}</h1></div><div class="art__body">{blocks}</div>'
        f'<div class="feed"><h3>شريط الأخبار</h3><ul>{feed}</ul></div><div class="popup"><p>{POLICY[0]}</p><p>{POLICY[1]}</p></div>',
    )


def published_line(story: Story) -> str:
    """A line that labels the date as that of publication; links to other articles inside the text."""
    half = len(story.paragraphs) // 2 or 1
    first, rest = story.paragraphs[:half], story.paragraphs[half:]
    return _page(
        story,
        f'<article><h1>{e(story.title)}</h1><div class="by">تقرير: {e(story.author)}</div><div>نُشر الثلاثاء، 14 مارس / آذار 2023</div>'
        f'{"".join(f"<p>{e(text)}</p>" for text in first)}<div class="also"><h2>أيضا</h2><ul>{links(LATEST[:3])}</ul></div>'
        f"{''.join(f'<p>{e(text)}</p>' for text in rest)}</article>",
        title=f"{story.title} - {story.site}",
    )


def podcast_promo(story: Story) -> str:
    """A time at the beginning of the text; the promotion of a podcast inside it."""
    promo = "<section aria-labelledby='pod'><h2 id='pod'>البودكاست</h2><p>برنامج أسبوعي يأخذكم إلى ما وراء العناوين.</p><a href='/p'>الحلقات</a></section>"
    return _page(
        story,
        f'<main role="main"><h1 id="content">{e(story.title)}</h1><figure><img alt=""><figcaption>المدينة كما بدت من الجسر يوم أمس</figcaption></figure>'
        f"<section><ul><li><span>{e(story.author)}</span></li></ul></section><div><time>14 مارس/ آذار 2023</time></div>"
        f"<p>{e(story.paragraphs[0])}</p>{promo}{''.join(f'<p>{e(text)}</p>' for text in story.paragraphs[1:])}"
        f"<section><h2>الأكثر قراءة</h2><ol>{links(LATEST)}</ol></section></main>",
    )


def subhead(story: Story) -> str:
    """A standfirst under the headline, then the date of the article and the date of an update side by side."""
    return _page(
        story,
        f'<header class="art-header"><h1>{e(story.title)}</h1><p class="art__subhead"><em>{e(story.paragraphs[0])}</em></p></header>'
        f'<div class="art-dates"><span class="pub">14/3/2023</span><span>|</span><span>آخر تحديث:</span><span>15/3/2023 الساعة 10:25 (مكة المكرمة)</span></div>'
        f'<div class="wysiwyg"><p>{"</p><p>".join(map(e, story.paragraphs[1:]))}</p></div><p class="src">المصدر : وكالات</p>',
    )


def details_table(story: Story) -> str:
    """Layout by tables: the masthead has today's date, and a small table beside the headline has the article's."""
    return (
        f"<html dir=rtl><head><meta charset=utf-8><title>{e(story.title)}</title></head><body><table width=100%><tr><td>{e(story.site)}</td><td>{TODAY}</td></tr></table>"
        f"<table><tr><td width=140>{links(MENU, '', '<br>')}</td><td><table><tr><td colspan=2><h1>{e(story.title)}</h1></td></tr>"
        f"<tr><td>الكاتب:</td><td>{e(story.author)}</td></tr><tr><td>التاريخ:</td><td>14-3-2023</td></tr></table>"
        f"<div>{'<br><br>'.join(map(e, story.paragraphs))}</div></td></tr></table><center>{COPYRIGHT}</center></body></html>"
    )


def date_below(story: Story) -> str:
    """The date below the text; other articles with theirs in a column before it."""
    column = "".join(
        f'<li><a href="/{n}">{e(text)}</a><time datetime="2025-07-0{n + 1}">{n + 1} يوليو 2025</time></li>'
        for n, text in enumerate(LATEST)
    )
    return _page(
        story,
        f'<div class="col"><ul>{column}</ul></div><div class="main"><h1>{e(story.title)}</h1><div class="txt">{paragraphs(story)}</div>'
        f'<div class="post-date">نشر في: 14 مارس 2023</div></div>',
    )


def date_above(story: Story) -> str:
    """The date between the breadcrumb and the headline; today's date at the top of the page."""
    return _page(
        story,
        f'<div class="single"><div class="breadcrumb_parts"><a href="/">الرئيسية</a> / <a href="/l">{e(story.section)}</a></div><div class="when">الثلاثاء 14 مارس 2023 - 09:30</div>'
        f"<h1>{e(story.title)}</h1>{paragraphs(story)}<h4>اقرأ أيضا</h4><ul>{links(LATEST[:3])}</ul></div>",
    )


def dated_address(story: Story) -> str:
    """Only the address states the date; the section is inside the text; a line states the time of a change."""
    return _page(
        story,
        f'<h1>{e(story.title)}</h1><div class="upd">آخر تحديث الأربعاء 15 مارس 2023</div><div class="c">{paragraphs(story)}</div>',
        f'<link rel="canonical" href="https://{story.host}/2023/middle_east/3/14/bridge.story/index.html">',
    )


def teasers_first(story: Story) -> str:
    """Other articles, with microdata of their own, precede the article in the markup."""
    cards = "".join(
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><a href="/{n}" itemprop="headline">{e(text)}</a>'
        f'<meta itemprop="datePublished" content="2025-07-0{n + 1}T10:00"><time datetime="2025-07-0{n + 1}">{n + 1}/7/2025</time></div>'
        for n, text in enumerate(LATEST[:4])
    )
    return _page(
        story,
        f'<section class="top">{cards}</section><section class="post"><h1>{e(story.title)}</h1><div class="info"><span>{e(story.author)}</span>'
        f'<span property="dc:date" datatype="xsd:dateTime" content="2023-03-14T09:30:00+03:00">14/03/2023</span></div>{paragraphs(story)}</section>',
    )


def wall_below(story: Story) -> str:
    """The article, then the notice of a paywall."""
    return _page(
        story,
        f'<article><h1>{e(story.title)}</h1><p class="meta"><span class="date">2023-03-14</span></p>{paragraphs(story)}'
        f'<div class="paywall"><h3>هذا المحتوى للمشتركين</h3><p>اشترك الآن لتصلك كل المقالات والملفات الخاصة.</p><a href="/subscribe">اشترك</a></div></article>',
    )


def policy_below(story: Story) -> str:
    """A widget for comments below the text, and the rules of the site above the widget."""
    comments = "".join(f"<li><b>{who}</b><span>20/7/2025</span><p>{e(what)}</p></li>" for who, what in COMMENTS)
    return _page(
        story,
        f'<div id="story"><h1>{e(story.title)}</h1><span class="d">14 آذار 2023</span>{paragraphs(story)}<div><p>{POLICY[0]} اقرأ <a href="/guidelines.html">إرشادات الاستخدام</a>.</p>'
        f'<p>{POLICY[1]}</p></div><div class="fb-comments"></div><ul class="comments">{comments}</ul></div>',
    )


def bulletin(story: Story) -> str:
    """A text of summaries, each under the linked headline of the article that it summarises."""
    items = "".join(
        f'<p><a href="/n{n}">{e(" ".join(text.split()[:9]))}</a></p><p>{e(text)}</p>'
        for n, text in enumerate(story.paragraphs)
    )
    return _page(
        story,
        f'<div class="a"><h1>{e(story.title)}</h1><time datetime="2023-03-14T08:00">اليوم</time><div class="b">{items}</div></div>',
    )


def misdeclared(story: Story) -> str:
    """The metadata declare a website with the address of the home page, as neglected templates do."""
    head = f'<meta property="og:type" content="website"><link rel="canonical" href="https://{story.host}/"><meta property="og:title" content="{e(story.title)}">'
    return _page(
        story, f'<div class="x"><h1>{e(story.title)}</h1><small>14-03-2023</small>{paragraphs(story)}</div>', head
    )


def related_first(story: Story) -> str:
    """A box of other articles between the headline and the text."""
    return _page(
        story,
        f'<article><h1>{e(story.title)}</h1><span class="entry-date">14 مارس 2023</span><div class="inline-related"><ul>{links(LATEST[:3])}</ul></div>{paragraphs(story)}</article>',
    )


def live(story: Story) -> str:
    """A live report: each piece of the text has its time."""
    pieces = "".join(
        f'<div class="update"><span class="hour">{20 - n}:15</span><div class="t">{e(text)}</div></div>'
        for n, text in enumerate(story.paragraphs)
    )
    return _page(
        story,
        f'<main><h1>{e(story.title)}</h1><p class="when">الثلاثاء 14 آذار 2023</p><div class="live">{pieces}</div></main>',
    )


def scripted(story: Story) -> str:
    """The text is only in a script, in the form that schema.org defines."""
    news = {
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.day,
        "articleBody": "\n".join(story.paragraphs),
    }
    return _page(story, f'<div id="root"><h1>{e(story.title)}</h1></div><ul>{links(LATEST)}</ul>', json_ld(news))


def several_stated(story: Story) -> str:
    """Scripts describe other articles before the page's own."""
    others = [{"@type": "NewsArticle", "headline": text, "datePublished": "2025-07-01"} for text in LATEST[:3]]
    own = {"@type": "NewsArticle", "headline": story.title, "datePublished": f"{story.day}T09:30:00+03:00"}
    return _page(
        story, f"<article><h1>{e(story.title)}</h1>{paragraphs(story)}</article>", json_ld(others) + json_ld(own)
    )


def interview(story: Story) -> str:
    """Questions in bold, and answers."""
    pieces = "".join(
        f"<p><strong>كيف كانت المرحلة {n} كما عشتها؟</strong></p><p>{e(text)}</p>"
        for n, text in enumerate(story.paragraphs, 1)
    )
    return _page(
        story,
        f'<div class="iv"><h1>{e(story.title)}</h1><div>حاورته: {e(story.author)} — 14 مارس 2023</div>{pieces}</div>',
    )


def recipe(story: Story) -> str:
    """A text with lists in it."""
    items = "".join(
        f"<li>{w}</li>" for w in ("كوبان من الدقيق المنخول", "ملعقة صغيرة من الملح", "نصف كوب من زيت الزيتون")
    )
    return _page(
        story,
        f'<div class="r"><h1>{e(story.title)}</h1><span class="date">14/03/2023</span><p>{e(story.paragraphs[0])}</p><ul>{items}</ul>{"".join(f"<p>{e(t)}</p>" for t in story.paragraphs[1:])}</div>',
    )


def video(story: Story) -> str:
    """A film with a text of one paragraph below it."""
    cards = "".join(
        f'<div class="v"><a href="/v{n}"><img>{e(text)}</a><span>0{n}:12</span></div>'
        for n, text in enumerate(LATEST * 3)
    )
    return _page(
        story,
        f'<div class="video"><video></video><h1>{e(story.title)}</h1><div class="date">14 مارس 2023</div><p>{e(story.paragraphs[0])}</p></div><div class="more">{cards}</div>',
    )


def bare(story: Story) -> str:
    """Only a headline and the text."""
    return f"<html><head><meta charset=utf-8><title>{e(story.title)}</title></head><body><h2>{e(story.title)}</h2>{paragraphs(story)}</body></html>"


def dated_neighbours(story: Story) -> str:
    """The page has no date of its own, but dates of other articles, of comments and of today."""
    cards = "".join(
        f'<li><a href="/{n}">{e(text)}</a><span class="date">{n + 1} يوليو 2025</span><p>{e(SUMMARIES[n % 3])}</p></li>'
        for n, text in enumerate(LATEST)
    )
    comments = "".join(
        f'<div class="comment"><b>{who}</b> <time>20/7/2025</time><p>{e(what)}</p></div>' for who, what in COMMENTS
    )
    return _page(
        story,
        f'<h1>{e(story.title)}</h1><div class="t">{paragraphs(story)}</div><div>{links(SHARE, "", " ")}</div><h3>المزيد</h3><ul class="rel">{cards}</ul>{comments}',
    )


def changed_only(story: Story) -> str:
    """The markup states only the time of a change."""
    return _page(
        story,
        f'<article><h1>{e(story.title)}</h1><time class="updated" itemprop="dateModified" datetime="2025-07-01">1 يوليو 2025</time>{paragraphs(story)}</article>',
    )


DATED: tuple[Callable[[Story], str], ...] = (
    feed_below, published_line, podcast_promo, subhead, details_table, date_below, date_above, dated_address, teasers_first,
    wall_below, policy_below, bulletin, misdeclared, related_first, live, scripted, several_stated, interview, recipe, video,
)  # fmt: skip
UNDATED: tuple[Callable[[Story], str], ...] = (bare, dated_neighbours, changed_only)
