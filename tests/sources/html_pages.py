# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML pages around known articles: templates as the systems of publishers write them, each with its furniture.

Each template is a function from a `Story` to a page. Because the article is known and everything else on the page is
furniture made from `MENU`, `LATEST` and the like, precision and recall of lines can be counted.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass

MENU = (
    "الرئيسية",
    "أخبار محلية",
    "عربي ودولي",
    "اقتصاد",
    "رياضة",
    "ثقافة وفنون",
    "تكنولوجيا",
    "صحة",
    "منوعات",
    "رأي",
    "فيديو",
    "صور",
)
LATEST = (
    "وزير النقل يتفقد أعمال توسعة الميناء الشمالي ويعلن موعد الافتتاح",
    "المنتخب يختتم معسكره التدريبي قبل السفر إلى البطولة القارية",
    "باحثون يطورون طريقة جديدة لتحلية المياه بالطاقة الشمسية",
    "معرض الكتاب يستقبل مئة ألف زائر في يومه الأول",
    "انخفاض أسعار الخضر في أسواق الجملة بعد موسم ماطر",
    "افتتاح خط جديد للحافلات بين المدينتين ابتداء من الأحد",
)
SUMMARIES = (
    "قال مسؤولون في الوزارة إن الأعمال تسير وفق الجدول المعلن، وإن المرحلة الأولى ستنتهي قبل نهاية الصيف المقبل.",
    "يدخل الفريق المباراة بصفوف مكتملة بعد عودة المصابين، وسط ترقب جماهيري كبير في العاصمة والمدن المجاورة.",
    "تعتمد الطريقة على أغشية رقيقة صنعت في مختبر الجامعة، ويأمل الفريق أن تصل إلى القرى البعيدة خلال عامين.",
)
COMMENTS = (
    ("أبو سامر", "خبر جميل، نتمنى أن نرى مثل هذه المشاريع في مدينتنا أيضا وألا تتأخر كما حدث في السابق."),
    ("قارئة", "شكرا على التغطية، ولكن لماذا لم تذكروا كلفة المشروع بالتفصيل؟"),
)
NEWSLETTER = "اشترك في نشرتنا البريدية ليصلك أهم الأخبار كل صباح"
COOKIES = "نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا. باستمرارك في التصفح فإنك توافق على سياسة الخصوصية."
COPYRIGHT = "جميع الحقوق محفوظة © 2024"
ADVERTISEMENT = "إعلان"
SHARE = ("فيسبوك", "تويتر", "واتساب", "تلغرام", "نسخ الرابط")


@dataclass(frozen=True)
class Story:
    """An article to be put into a page. ``day`` is ISO 8601."""

    title: str
    paragraphs: tuple[str, ...]
    site: str = "صحيفة الميناء"
    host: str = "almina.example"
    author: str = "سلمى الحداد"
    section: str = "أخبار محلية"
    day: str = "2023-03-14"

    @property
    def url(self) -> str:
        return f"https://www.{self.host}/story/48213"


def e(text: str) -> str:
    return html.escape(text, quote=True)


def links(texts: tuple[str, ...], before: str = "<li>", after: str = "</li>") -> str:
    return "\n".join(f'{before}<a href="/x/{n}">{e(text)}</a>{after}' for n, text in enumerate(texts))


def paragraphs(story: Story, before: str = "<p>", after: str = "</p>") -> str:
    return "\n".join(f"{before}{e(text)}{after}" for text in story.paragraphs)


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def open_graph(story: Story) -> str:
    return (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{e(story.title)}">'
        f'<meta property="og:site_name" content="{e(story.site)}"><meta property="og:url" content="{story.url}">'
        f'<meta property="article:published_time" content="{story.day}T09:30:00+03:00">'
        f'<meta property="article:section" content="{e(story.section)}"><meta name="author" content="{e(story.author)}">'
    )


def wordpress(story: Story) -> str:
    """A WordPress news theme with Yoast's graph, related posts, a comment form and widgets."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": "#site", "name": story.site, "url": f"https://{story.host}/"},
            {"@type": "Person", "@id": "#person", "name": story.author},
            {
                "@type": ["Article", "NewsArticle"], "headline": story.title, "datePublished": f"{story.day}T06:30:00+00:00",
                "dateModified": "2023-06-01T10:00:00+00:00", "articleSection": [story.section],
                "author": {"@id": "#person", "name": story.author}, "publisher": {"@id": "#site"},
            },
        ],
    }  # fmt: skip
    related = "".join(
        f'<div class="related-item"><h5 class="post-title"><a href="/{n}">{e(text)}</a></h5><p class="post-excerpt">{e(SUMMARIES[n])}</p></div>'
        for n, text in enumerate(LATEST[:3])
    )
    comments = "".join(
        f'<li class="comment"><article class="comment-body"><b class="fn">{e(who)}</b> يقول:<p>{e(what)}</p><a class="comment-reply-link">رد</a></article></li>'
        for who, what in COMMENTS
    )
    return f"""<!DOCTYPE html><html dir="rtl" lang="ar"><head><meta charset="UTF-8"><title>{e(story.title)} - {e(story.site)}</title>
<link rel="canonical" href="{story.url}">{json_ld(graph)}</head><body class="rtl single single-post">
<header id="theme-header"><nav id="main-nav"><ul class="menu">{links(MENU)}</ul></nav><div class="breaking"><span>عاجل</span><ul>{links(LATEST[:2])}</ul></div></header>
<div id="content"><div class="main-content"><nav id="breadcrumb"><a href="/">الرئيسية</a> / <a href="/l">{e(story.section)}</a></nav>
<article id="the-post" class="post"><header class="entry-header"><h1 class="post-title entry-title">{e(story.title)}</h1>
<div class="post-meta"><span class="meta-author"><a href="/a" class="author-name">{e(story.author)}</a></span><span class="date meta-item">14 مارس، 2023</span><span>آخر تحديث: 1 يونيو، 2023</span><span>0 26 دقيقة واحدة</span></div></header>
<div class="entry-content entry clearfix">{paragraphs(story)}<div class="stream-item"><p>{ADVERTISEMENT}</p></div></div>
<div class="share-buttons">{links(SHARE, "", " ")}</div><div class="tagcloud"><a rel="tag" href="/t">جسر</a> <a rel="tag" href="/t2">نقل</a></div></article>
<div id="related-posts"><h3>مقالات ذات صلة</h3>{related}</div>
<div id="comments"><h3>تعليقان</h3><ol class="comment-list">{comments}</ol><div id="respond" class="comment-respond"><h3>اترك تعليقاً</h3><form><p>لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *</p><textarea></textarea><input type="submit" value="إرسال التعليق"></form></div></div></div>
<aside class="sidebar"><div class="widget"><h4>الأكثر قراءة</h4><ul>{links(LATEST)}</ul></div><div class="widget"><p>{NEWSLETTER}</p></div></aside></div>
<footer><p>{COPYRIGHT}</p><ul>{links(("من نحن", "اتصل بنا", "سياسة الخصوصية"))}</ul></footer></body></html>"""


def broadcaster(story: Story) -> str:
    """Semantic HTML5 with Open Graph, a box of links to other articles inside the text, a caption and a bar of buttons."""
    middle = len(story.paragraphs) // 2
    first = "".join(f"<p>{e(text)}</p>" for text in story.paragraphs[:middle])
    rest = "".join(f"<p>{e(text)}</p>" for text in story.paragraphs[middle:])
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{e(story.title)} | {e(story.site)}</title>{open_graph(story)}</head>
<body><a class="skip" href="#main">تخطى إلى المحتوى</a><header><nav aria-label="القائمة"><ul>{links(MENU)}</ul></nav></header>
<main id="main"><article><header><h1>{e(story.title)}</h1><p class="byline">{e(story.author)}</p><time datetime="{story.day}T06:30Z">14 مارس 2023</time></header>
<figure><img src="a.jpg" alt="صورة"><figcaption>صورة أرشيفية من المكان (رويترز)</figcaption></figure>
<div class="social"><span>شارك</span><ul>{links(SHARE)}</ul></div>
{first}<aside class="related-box"><h2>اقرأ أيضا</h2><ul>{links(LATEST[:3])}</ul></aside>{rest}
</article><section class="more"><h2>أخبار ذات صلة</h2><ul>{links(LATEST[2:])}</ul></section></main>
<div class="cookie-banner" role="dialog"><p>{COOKIES}</p><button>موافق</button></div><footer><p>{COPYRIGHT} {e(story.site)}</p></footer></body></html>"""


def tables(story: Story) -> str:
    """Layout by tables and fonts, paragraphs separated by doubled breaks, no metadata except the title."""
    body = "<br>\n<br>\n".join(e(text) for text in story.paragraphs)
    rows = "".join(
        f'<tr><td bgcolor="#eeeeee"><a href="news.php?c={n}"><font size="2">{e(name)}</font></a></td></tr>'
        for n, name in enumerate(MENU)
    )
    latest = "".join(
        f'<tr><td><img src="b.gif"> <a href="n.php?i={n}">{e(text)}</a></td></tr>' for n, text in enumerate(LATEST)
    )
    return f"""<html dir=rtl><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>{e(story.site)} - {e(story.title)}</title></head>
<body bgcolor=white><table width=100%><tr><td colspan=3><center><font size=5 color=navy>{e(story.site)}</font></center></td></tr>
<tr valign=top><td width=150><table>{rows}</table></td>
<td><table><tr><td><font size=4 color=red><b>{e(story.title)}</b></font></td></tr><tr><td><font size=1>14/3/2023</font></td></tr>
<tr><td align=justify><font size=3>{body}</font></td></tr><tr><td><a href="print.php">نسخة للطباعة</a> | <a href="send.php">أرسل إلى صديق</a></td></tr></table></td>
<td width=180><table><tr><td><b>آخر الأخبار</b></td></tr>{latest}</table></td></tr>
<tr><td colspan=3><center>{COPYRIGHT} {e(story.site)}</center></td></tr></table></body></html>"""


def soup(story: Story) -> str:
    """Only div and span elements, meaningless class names, paragraphs separated by single breaks."""
    body = "<br/>".join(e(text) for text in story.paragraphs)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{e(story.title)}</title></head><body>
<div class="a1"><div class="b2">{links(MENU, '<span class="c">', "</span>")}</div></div>
<div class="a2"><div class="b7"><span class="t9">{e(story.title)}</span></div><div class="b8"><span>{e(story.section)}</span> <span>2023-03-14</span></div>
<div class="b9">{body}</div><div class="b10">{links(SHARE, "<span>", "</span>")}</div>
<div class="b11"><div class="k">شاهد أيضا</div>{links(LATEST, '<div class="k2">', "</div>")}</div></div>
<div class="a3"><span>{COPYRIGHT}</span></div></body></html>"""


def drupal(story: Story) -> str:
    """Drupal fields, each item in its own div, and blocks beside the content."""
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"/><meta name="Generator" content="Drupal 7"/><link rel="canonical" href="{story.url}"/>
<meta name="dcterms.title" content="{e(story.title)}"/><meta name="dcterms.date" content="{story.day}T08:00+03:00"/><meta name="dcterms.publisher" content="{e(story.site)}"/><title>{e(story.title)} | {e(story.site)}</title></head>
<body class="html not-front node-type-article"><div id="page"><div id="header"><div class="region region-menu"><ul class="menu">{links(MENU, '<li class="leaf">')}</ul></div></div>
<div id="main"><div class="breadcrumb"><a href="/">الرئيسية</a> » {e(story.section)}</div><h1 class="title" id="page-title">{e(story.title)}</h1>
<div class="region region-content"><div id="block-system-main"><div id="node-77" class="node node-article"><div class="submitted">بواسطة {e(story.author)} في ثلاثاء, 03/14/2023 - 09:30</div>
<div class="content"><div class="field field-name-body field-type-text-with-summary"><div class="field-items"><div class="field-item even" property="content:encoded">{paragraphs(story)}</div></div></div>
<div class="field field-name-field-tags"><div class="field-label">وسوم:&nbsp;</div><div class="field-items"><div class="field-item"><a href="/t">جسور</a></div></div></div></div>
<ul class="links inline"><li><a href="/user/login">سجل الدخول</a> أو <a href="/user/register">أنشئ حسابا</a> لإضافة تعليق</li></ul></div></div></div>
<div class="region region-sidebar-first"><div class="block"><h2>الأكثر مشاهدة</h2><div class="view-content">{links(LATEST, '<div class="views-row">', "</div>")}</div></div></div></div>
<div id="footer"><p>{COPYRIGHT}</p></div></div></body></html>"""


def microdata(story: Story) -> str:
    """Marked up with schema.org's microdata, as Joomla's templates and agencies do."""
    return f"""<!DOCTYPE html><html lang="ar-aa" dir="rtl"><head><meta charset="utf-8"><title>{e(story.title)}</title></head><body class="site com_content view-article">
<div class="header"><ul class="nav menu mod-list">{links(MENU)}</ul></div>
<main id="content"><div class="item-page" itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="inLanguage" content="ar-AA">
<div class="page-header"><h2 itemprop="headline">{e(story.title)}</h2></div>
<dl class="article-info muted"><dt>التفاصيل</dt><dd class="createdby" itemprop="author" itemscope itemtype="https://schema.org/Person">كتب بواسطة: <span itemprop="name">{e(story.author)}</span></dd>
<dd class="category-name">المجموعة: <a href="/c" itemprop="genre">{e(story.section)}</a></dd><dd><time datetime="{story.day}T09:30:00+03:00" itemprop="datePublished">نشر بتاريخ: 14 آذار 2023</time></dd><dd class="hits">الزيارات: 1340</dd></dl>
<div itemprop="articleBody">{paragraphs(story)}</div><ul class="pager pagenav"><li class="previous"><a rel="prev" href="/p">السابق</a></li><li class="next"><a rel="next" href="/n">التالي</a></li></ul></div></main>
<div class="aside"><div class="well"><h3>مواضيع مشابهة</h3><ul class="relateditems">{links(LATEST)}</ul></div></div><footer><p>{COPYRIGHT}</p></footer></body></html>"""


def blogger(story: Story) -> str:
    """Blogger, where each paragraph is a div of spans with styles."""
    body = "".join(
        f'<div dir="rtl" style="text-align: right;"><span style="font-size: large;">{e(text)}</span></div><div dir="rtl"><br /></div>'
        for text in story.paragraphs
    )
    return f"""<!DOCTYPE html><html dir='rtl' xmlns='http://www.w3.org/1999/xhtml'><head><meta content='text/html; charset=UTF-8' http-equiv='Content-Type'/><meta content='blogger' name='generator'/><title>{e(story.site)}: {e(story.title)}</title></head>
<body><div id='header-wrapper'><h1 class='title'><a href='/'>{e(story.site)}</a></h1></div><div class='tabs'><ul>{links(MENU)}</ul></div>
<div id='main-wrapper'><div class='main section'><div class='widget Blog'><div class='blog-posts hfeed'><h2 class='date-header'><span>الثلاثاء، 14 مارس 2023</span></h2>
<div class='post hentry'><h3 class='post-title entry-title'>{e(story.title)}</h3><div class='post-body entry-content'>{body}<div style='clear: both;'></div></div>
<div class='post-footer'><span class='post-author vcard'>مرسلة بواسطة <span class='fn'>{e(story.author)}</span></span> في <a class='timestamp-link' href='#'><abbr class='published' title='{story.day}T09:30:00+03:00'>9:30 ص</abbr></a><div class='post-share-buttons'>{links(SHARE, "", " ")}</div></div></div></div>
<div class='comments' id='comments'><h4>ليست هناك تعليقات:</h4><p>إرسال تعليق</p></div></div></div></div>
<div id='sidebar-wrapper'><div class='widget'><h2>المشاركات الشائعة</h2><ul>{links(LATEST)}</ul></div></div><div id='footer'>{COPYRIGHT}</div></body></html>"""


def hydrated(story: Story) -> str:
    """Rendered on a server for a JavaScript framework: hashed class names, and the data once more in a script."""
    state = {
        "props": {
            "pageProps": {
                "article": {"title": story.title, "body": "".join(f"<p>{text}</p>" for text in story.paragraphs)}
            }
        }
    }
    news = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "datePublished": f"{story.day}T06:30:00.000Z",
        "author": [{"@type": "Person", "name": story.author}], "articleSection": story.section,
        "publisher": {"@type": "NewsMediaOrganization", "name": story.site},
    }  # fmt: skip
    cards = "".join(
        f'<div class="css-1x2y3z"><a href="/n/{n}"><h3 class="css-77aa">{e(text)}</h3></a><p class="css-88bb">{e(SUMMARIES[n % 3])}</p></div>'
        for n, text in enumerate(LATEST)
    )
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"/><title>{e(story.title)}</title>{json_ld(news)}</head><body><div id="__next">
<div class="css-0hdr"><nav class="css-nav">{links(MENU, '<div class="css-i">', "</div>")}</nav></div>
<div class="css-main"><div class="css-hd1"><h1 class="css-t1">{e(story.title)}</h1><div class="css-by">بقلم {e(story.author)}</div><div class="css-dt">قبل 3 ساعات</div></div>
<div class="css-body">{paragraphs(story, '<div class="css-blk"><p class="css-p">', "</p></div>")}<div class="css-ad">{ADVERTISEMENT}</div></div>
<div class="css-nl"><p>{NEWSLETTER}</p><input placeholder="البريد الإلكتروني"><button>اشترك</button></div></div>
<div class="css-more"><h2>قد يهمك أيضا</h2>{cards}</div><div class="css-ft">{COPYRIGHT}</div></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps(state, ensure_ascii=False)}</script></body></html>"""


def amp(story: Story) -> str:
    """An AMP page with its own elements and ads between the paragraphs."""
    body = f'<amp-ad width="300"></amp-ad><p class="ad-label">{ADVERTISEMENT}</p>'.join(
        f"<p>{e(text)}</p>" for text in story.paragraphs
    )
    news = {
        "@context": "http://schema.org", "@type": "NewsArticle", "headline": story.title, "datePublished": f"{story.day}T09:30:00+0300",
        "author": {"@type": "Person", "name": story.author}, "publisher": {"@type": "Organization", "name": story.site},
    }  # fmt: skip
    return f"""<!doctype html><html amp lang="ar" dir="rtl"><head><meta charset="utf-8"><script async src="v0.js"></script><link rel="canonical" href="{story.url}"><title>{e(story.title)}</title>{json_ld(news)}<style amp-custom>p{{color:#111}}</style></head>
<body><amp-sidebar id="sb" layout="nodisplay"><ul>{links(MENU)}</ul></amp-sidebar><header class="headerbar"><a href="/">{e(story.site)}</a></header>
<article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{e(story.title)}</h1><div class="amp-wp-meta amp-wp-byline">{e(story.author)}</div><div class="amp-wp-meta amp-wp-posted-on"><time datetime="{story.day}">منذ سنة واحدة</time></div></header>
<div class="amp-wp-article-content">{body}</div><div class="amp-social"><amp-social-share type="facebook"></amp-social-share><amp-social-share type="whatsapp"></amp-social-share></div>
<footer class="amp-wp-article-footer"><div class="amp-wp-tax-category">الأقسام: <a href="/c">{e(story.section)}</a></div></footer></article>
<amp-list><ul>{links(LATEST)}</ul></amp-list><footer class="amp-wp-footer"><p>{COPYRIGHT}</p><a href="#top">العودة إلى الأعلى</a></footer></body></html>"""


def webforms(story: Story) -> str:
    """ASP.NET Web Forms: tags in capitals, a view state, ids of controls, paragraphs in justified divs."""
    body = "".join(f"<DIV align=justify>{e(text)}</DIV>\n<DIV>&nbsp;</DIV>\n" for text in story.paragraphs)
    menu = "".join(f'<TD><A HREF="Sec.aspx?id={n}">{e(name)}</A></TD>' for n, name in enumerate(MENU))
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN"><HTML DIR="rtl"><HEAD><TITLE>{e(story.site)} :: {e(story.title)}</TITLE><META http-equiv=Content-Type content="text/html; charset=utf-8"></HEAD>
<BODY><FORM name="aspnetForm" method="post" id="aspnetForm"><INPUT type="hidden" name="__VIEWSTATE" value="{"dDwtMTM0" * 40}"/>
<TABLE id="ctl00_Menu"><TR>{menu}</TR></TABLE><DIV id="ctl00_Main"><SPAN id="ctl00_lblSection">{e(story.section)}</SPAN>
<H2><SPAN id="ctl00_lblTitle">{e(story.title)}</SPAN></H2><SPAN id="ctl00_lblDate">14/03/2023 09:30:00 ص</SPAN>
<DIV id="ctl00_divDetails">{body}</DIV><DIV id="ctl00_tools"><A href="#">طباعة</A> <A href="#">إرسال</A> <A href="#">حفظ</A></DIV>
<DIV id="ctl00_comments"><SPAN>أضف تعليقك</SPAN><INPUT type=text><TEXTAREA></TEXTAREA><INPUT type=submit value="إرسال"></DIV></DIV>
<DIV id="ctl00_side"><SPAN>مقالات أخرى للكاتب</SPAN>{links(LATEST, "<DIV>", "</DIV>")}</DIV><DIV id="ctl00_foot">{COPYRIGHT}</DIV></FORM></BODY></HTML>"""


def interrupted(story: Story) -> str:
    """A text interrupted by newsletter, links to other articles as paragraphs, video and advertisement; tags at the
    end."""
    pieces = []
    for n, text in enumerate(story.paragraphs):
        pieces.append(f"<p>{e(text)}</p>")
        if n == 0:
            pieces.append(f'<div class="newsletter-inline"><p>{NEWSLETTER}</p></div>')
        if n == 1:
            pieces.append(f'<p><strong>اقرأ أيضا: <a href="/r">{e(LATEST[0])}</a></strong></p><p>{ADVERTISEMENT}</p>')
        if n == 2:
            pieces.append(f'<p>للمزيد: <a href="/r2">{e(LATEST[1])}</a></p><iframe src="/v"></iframe>')
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{e(story.title)} - {e(story.site)}</title>{open_graph(story)}</head><body>
<div class="top-bar"><span>الأحد 1 يناير 2024</span> <a href="/en">English</a></div><nav class="navbar"><ul>{links(MENU)}</ul></nav>
<div class="container"><div class="row"><div class="col-md-8"><div class="article-details"><h1>{e(story.title)}</h1><h1 class="print-only">{e(story.title)}</h1><span class="date">14 مارس 2023</span>
<div class="article-body">{"".join(pieces)}<p>كلمات مفتاحية: جسر، نقل، مدينة</p></div></div></div>
<div class="col-md-4"><div class="most-read"><h3>الأكثر قراءة</h3>{links(LATEST, '<div class="item"><h4>', "</h4></div>")}</div></div></div></div>
<footer class="site-footer"><div>{COPYRIGHT}</div><div>تصميم وتطوير شركة الأفق</div></footer></body></html>"""


def magazine(story: Story) -> str:
    """A long read: sub-headings, a quotation, a list, a standfirst above the text and the author's biography below."""
    quoted = story.paragraphs[-1]
    middle = "".join(f"<p>{e(text)}</p>" for text in story.paragraphs[1:-1])
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{e(story.title)} — {e(story.site)}</title>{open_graph(story)}</head><body>
<header class="site"><a href="/">{e(story.site)}</a><nav>{links(MENU, "<span>", "</span>")}</nav></header>
<article class="longform"><div class="hero"><h1>{e(story.title)}</h1></div><section class="text"><p class="lead">{e(story.paragraphs[0])}</p>{middle}<blockquote><p>{e(quoted)}</p></blockquote></section>
<section class="author-bio"><h4>{e(story.author)}</h4><p>كاتبة وصحفية مقيمة في العاصمة، تكتب عن المدن والعمران.</p></section>
<section class="share">{links(SHARE, "<span>", "</span>")}</section></article>
<section class="related"><h3>مقالات مختارة</h3><ul>{links(LATEST)}</ul></section><footer>{COPYRIGHT}</footer></body></html>"""


def portal(story: Story) -> str:
    """A portal whose sidebar is longer than the article: summaries of other news, polls, exchange rates."""
    cards = "".join(
        f'<div class="news-card"><a href="/{n}"><b>{e(text)}</b></a><p>{e(SUMMARIES[n % 3])}</p></div>'
        for n, text in enumerate(LATEST * 2)
    )
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><meta property="og:site_name" content="{e(story.site)}"><meta property="og:title" content="{e(story.title)}"><title>{e(story.title)}</title></head><body>
<div id="wrapper"><div id="menu"><ul>{links(MENU)}</ul></div><div id="right-column"><div class="box"><h3>أخبار اليوم</h3>{cards}</div><div class="poll"><h3>استطلاع الرأي</h3><p>هل تؤيد تمديد ساعات عمل المكتبات؟</p><label>نعم</label><label>لا</label></div>
<table class="rates"><tr><td>دولار</td><td>3.75</td></tr><tr><td>يورو</td><td>4.10</td></tr></table></div>
<div id="center-column"><div class="news-details"><h2 class="news-title">{e(story.title)}</h2><div class="news-date">الثلاثاء 14-03-2023 09:30 صباحا</div><div class="news-text">{paragraphs(story)}</div>
<div class="rating">قيم هذا الخبر: 1 2 3 4 5</div></div></div><div id="footer"><p>{COPYRIGHT}</p></div></div></body></html>"""


def xhtml(story: Story) -> str:
    """XHTML with an XML declaration, named entities, paragraphs in spans, and comments in the markup."""
    body = "".join(
        f'<p class="MsoNormal" dir="RTL"><!-- p --><span lang="AR-SA">{e(text).replace("«", "&laquo;").replace("»", "&raquo;")}</span></p>'
        for text in story.paragraphs
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="ar" dir="rtl"><head><title>{e(story.title)}</title><meta name="author" content="{e(story.author)}" /><meta name="date" content="{story.day}" /></head><body>
<div id="nav"><ul>{links(MENU)}</ul></div><div id="story"><h1>{e(story.title)}</h1><div class="storybody">{body}</div><p class="source">المصدر: {e(story.site)}</p></div>
<div id="sidebar"><h2>اقرأ المزيد</h2><ul>{links(LATEST)}</ul></div><div id="foot"><p>{COPYRIGHT}</p></div></body></html>"""


def teasers(story: Story) -> str:
    """Meaningless class names, and boxes of other news without links."""
    boxes = "".join(
        f'<div class="box"><h4>{e(text)}</h4><p>{e(SUMMARIES[n % 3])}</p></div>' for n, text in enumerate(LATEST)
    )
    return f"""<html dir=rtl><head><meta charset=utf-8><title>{e(story.title)}</title></head><body><div id=top>{links(MENU, "<b>", "</b>")}</div>
<div id=l><div class=hl>{e(story.title)}</div><div class=txt>{paragraphs(story)}</div></div>
<div id=r><h3>من مواضيعنا</h3>{boxes}<h5>{links(LATEST, "", " ")}</h5></div><div>{COPYRIGHT}</div></body></html>"""


def discussed(story: Story) -> str:
    """More text in readers' comments than in the article, under class names that are in no list."""
    comments = "".join(
        f'<div class="c"><b>{who}</b> <span>منذ ساعتين</span><p>{e(what)} {e(what)}</p><a>رد</a></div>'
        for who, what in COMMENTS * 4
    )
    return f"""<!DOCTYPE html><html lang=ar><head><meta charset=utf-8><title>{e(story.title)} | {e(story.site)}</title>{open_graph(story)}</head><body>
<nav>{links(MENU)}</nav><div class="page"><h1>{e(story.title)}</h1><div class="story-body">{paragraphs(story, '<div class="p">', "</div>")}</div>
<div class="cmts"><h3>التعليقات (8)</h3>{comments}<form><label>الاسم</label><input><textarea></textarea></form></div></div>
<section><ul>{links(LATEST)}</ul></section><footer><p>{COPYRIGHT}</p></footer></body></html>"""


TEMPLATES: tuple[Callable[[Story], str], ...] = (
    wordpress, broadcaster, tables, soup, drupal, microdata, blogger, hydrated, amp, webforms, interrupted, magazine, portal, xhtml,
    teasers, discussed,
)  # fmt: skip
