# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML pages that are not articles: lists of links, errors, forms, paywalls, forums, products, pages about a site.

Each template is a function from a number of stories, which become the teasers of a list, to a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.sources.html_pages import COPYRIGHT, MENU, Story, e, json_ld, links

Template = Callable[[Sequence[Story]], str]
SITE = "صحيفة المرفأ"


def _doc(title: str, body: str, head: str = "", classes: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{e(title)}</title>{head}</head><body class="{classes}">'
        f'<header><a href="/">{SITE}</a><nav><ul>{links(MENU)}</ul></nav></header>{body}<footer><p>{COPYRIGHT} {SITE}</p></footer></body></html>'
    )


def _graph(title: str, kind: str, path: str) -> str:
    return f'<meta property="og:title" content="{e(title)}"><meta property="og:type" content="{kind}"><meta property="og:url" content="https://marfa.example{path}"><meta property="og:site_name" content="{SITE}">'


def _lead(story: Story, words: int = 25) -> str:
    return e(" ".join(story.paragraphs[0].split()[:words]))


def section_of_blog(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<article class="post-item"><h2 class="post-title"><a href="/2023/{n}">{e(s.title)}</a></h2><span class="date">{n + 3} مارس، 2023</span><p>{_lead(s)}…</p><a class="more" href="/2023/{n}">أكمل القراءة »</a></article>'
        for n, s in enumerate(stories)
    )
    return _doc(
        f"رياضة - {SITE}",
        f"<main><h1>رياضة</h1>{items}</main>",
        _graph("رياضة", "article", "/category/sport/"),
        "rtl archive category category-12",
    )


def home_of_blocks(stories: Sequence[Story]) -> str:
    blocks = "".join(
        f'<section><h3>{name}</h3><div class="big"><h2><a href="/{n}">{e(stories[n].title)}</a></h2><p>{_lead(stories[n])}</p></div><ul>{links(tuple(s.title for s in stories[n + 1 :]))}</ul></section>'
        for n, name in enumerate(MENU[1:4])
    )
    return _doc(f"{SITE} - أخبار على مدار الساعة", f"<main>{blocks}</main>", _graph(SITE, "website", "/"))


def home_of_tables(stories: Sequence[Story]) -> str:
    rows = "".join(
        f"<tr><td><font size=3><b><a href='news.php?id={n}'>{e(s.title)}</a></b></font><br><font size=2>{_lead(s, 40)} <a href='news.php?id={n}'>التفاصيل</a></font></td></tr><tr><td height=5></td></tr>"
        for n, s in enumerate(stories)
    )
    return f"<html dir=rtl><head><meta charset=utf-8><title>موقع المرفأ الإخباري .. أول موقع إخباري في الساحل</title></head><body><table width=100%><tr><td colspan=2>{SITE} - الثلاثاء 5 مايو 2015</td></tr><tr><td width=120>{links(MENU, '', '<br>')}</td><td><table>{rows}</table></td></tr></table></body></html>"


def home_with_lead(stories: Sequence[Story]) -> str:
    cards = "".join(
        f'<div class="card"><a href="/n/{n}"><h3>{e(s.title)}</h3></a></div>' for n, s in enumerate(stories[1:])
    )
    first = stories[0]
    return _doc(
        "المرفأ نيوز",
        f'<main><div class="lead"><h1><a href="/lead">{e(first.title)}</a></h1><p>{e(first.paragraphs[0])}</p></div><div class="grid">{cards}</div></main>',
        _graph("المرفأ نيوز", "article", "/"),
    )


def plain_section(stories: Sequence[Story]) -> str:
    """A section with a long name whose teasers are in elements without classes."""
    items = "".join(
        f'<div><h3><a href="/a/{n}">{e(s.title)}</a></h3><p>{_lead(s, 40)}</p></div>' for n, s in enumerate(stories)
    )
    return _doc("أخبار المدن والقرى والبلديات", f"<h1>أخبار المدن والقرى والبلديات</h1>{items}")


def linked_pictures(stories: Sequence[Story]) -> str:
    """Teasers with a link around the picture and the headline, and the summary beside it."""
    items = "".join(
        f'<li class="c3"><a href="/w/{n}"><img alt=""><strong>{e(s.title)}</strong></a><div>{_lead(s, 35)}</div><em>{n + 1} أبريل 2024</em></li>'
        for n, s in enumerate(stories)
    )
    return _doc(
        f"عرب وعالم | {SITE}",
        f'<div class="wrap"><h1>عرب وعالم</h1><ul>{items}</ul><div class="pages"><a href="?page=2">التالي</a></div></div>',
        _graph("عرب وعالم", "website", "/world"),
    )


def unlinked_cards(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<div class="story" onclick="go({n})"><h4>{e(s.title)}</h4><p>{_lead(s)}</p><span>منذ {n + 2} ساعات</span></div>'
        for n, s in enumerate(stories)
    )
    return _doc(
        f"اقتصاد | {SITE}", f'<div id="app"><h1>اقتصاد</h1>{items}</div>', _graph("اقتصاد", "website", "/economy")
    )


def search_results(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<div class="r"><a href="/a/{n}">{e(s.title)}</a><div>{_lead(s, 15)} ... {e(" ".join(s.paragraphs[0].split()[15:25]))}</div></div>'
        for n, s in enumerate(stories)
    )
    return _doc(
        f"نتائج البحث عن: الميناء | {SITE}",
        f'<h2>نتائج البحث عن "الميناء"</h2><p>عدد النتائج 1240</p>{items}',
        '<meta name="robots" content="noindex,follow">',
    )


def no_results(stories: Sequence[Story]) -> str:
    return _doc(
        f"بحث - {SITE}",
        "<main><h1>بحث</h1><p>لم نجد ما يطابق كلماتك، جرب كلمات أخرى أو تحقق من الإملاء، أو استعمل البحث المتقدم لتحديد القسم والتاريخ.</p></main>",
    )


def tag_page(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<div class="x3"><div class="x4"><a href="/n{n}">{e(s.title)}</a></div><div class="x5">{_lead(s, 50)}</div></div>'
        for n, s in enumerate(stories)
    )
    return _doc("محكمة", f'<div class="x1"><div class="x2">محكمة</div>{items}</div>')


def author_page(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<div class="row"><span>{n + 1}/3/2023</span><h4><a href="/o/{n}">{e(s.title)}</a></h4><p>{_lead(s)}</p></div>'
        for n, s in enumerate(stories)
    )
    about = "كاتب وصحفي عمل في عدد من الصحف اليومية، وله ثلاثة كتب في التاريخ الاجتماعي للمدن الساحلية."
    return _doc(
        f"سليم الحاج - {SITE}",
        f'<div class="box"><h1>سليم الحاج</h1><p>{about}</p></div><div class="list">{items}</div>',
        _graph("سليم الحاج", "profile", "/author/salim"),
    )


def month_archive(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<li>{n + 1:02}-03-2012 <a href="/story.asp?id={n}">{e(s.title)}</a></li>' for n, s in enumerate(stories)
    )
    return f"<html><head><meta charset=utf-8><title>أرشيف آذار 2012</title></head><body><h2>أرشيف شهر آذار 2012</h2><ul>{items}</ul></body></html>"


def special(stories: Sequence[Story]) -> str:
    cards = "".join(
        f'<div class="t"><a href="/c/{n}"><img><h3>{e(s.title)}</h3></a></div>' for n, s in enumerate(stories)
    )
    intro = "تغطية خاصة ترصد أحوال المدن بعد عام على الفيضان، وتجمع شهادات الأهالي وخطط الإعمار وآراء المهندسين."
    return _doc(
        "ملف: سنة على الفيضان",
        f'<main><h1>سنة على الفيضان</h1><p class="intro">{intro}</p><div class="grid">{cards}</div></main>',
        _graph("سنة على الفيضان", "website", "/special/flood"),
    )


def listed_items(stories: Sequence[Story]) -> str:
    """A list that the metadata of schema.org declare, with a long title."""
    listed = {"@type": "CollectionPage", "name": "أخبار الصحة والغذاء والبيئة", "mainEntity": {"@type": "ItemList"}}
    items = "".join(
        f'<article><a href="/h/{n}"><h2>{e(s.title)}</h2></a><p>{_lead(s, 45)}</p></article>'
        for n, s in enumerate(stories)
    )
    return _doc("أخبار الصحة والغذاء والبيئة", f"<h1>أخبار الصحة والغذاء والبيئة</h1>{items}", json_ld(listed))


def videos(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<div class="vid"><a href="/v/{n}"><img><span>02:1{n % 9}</span><div>{e(s.title)}</div></a></div>'
        for n, s in enumerate(stories)
    )
    return _doc("فيديو", f"<div><h2>فيديوهات</h2>{items}</div>")


def link_list(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<li><a href="https://press{n}.example/">موقع {e(" ".join(s.title.split()[:3]))}</a> - من المواقع التي ننصح بزيارتها</li>'
        for n, s in enumerate(stories)
    )
    return _doc("مواقع صديقة", f"<h1>مواقع صديقة</h1><ul>{items}</ul>")


def site_map(stories: Sequence[Story]) -> str:
    return _doc(
        f"خريطة الموقع - {SITE}",
        f"<h1>خريطة الموقع</h1>{''.join(f'<h3>{name}</h3><ul>{links(tuple(s.title for s in stories[:3]))}</ul>' for name in MENU)}",
    )


def missing(stories: Sequence[Story]) -> str:
    return _doc(
        SITE,
        f"<main><h1>لم يتم العثور على الصفحة</h1><p>نأسف، الرابط الذي اتبعته قد يكون معطلا أو أن الصفحة قد أزيلت. يمكنك البحث في الموقع أو متابعة آخر الأخبار.</p><ul>{links(tuple(s.title for s in stories[:6]))}</ul></main>",
    )


def forbidden(stories: Sequence[Story]) -> str:
    return "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1><p>You don't have permission to access this resource on this server at the moment, please contact the administrator.</p></body></html>"


def maintenance(stories: Sequence[Story]) -> str:
    return f"<html dir=rtl><head><meta charset=utf-8><title>{SITE} - الموقع قيد الصيانة</title></head><body><h1>الموقع قيد الصيانة</h1><p>نعمل على تحسين خدماتنا وسنعود إليكم خلال ساعات قليلة، نشكر لكم صبركم وتفهمكم.</p></body></html>"


def robot_check(stories: Sequence[Story]) -> str:
    return "<html dir=rtl><head><meta charset=utf-8><title>marfa.example</title></head><body><h1>marfa.example</h1><p>يرجى إثبات أنك لست روبوت لمتابعة التصفح، فقد لاحظنا نشاطا غير معتاد صادرا عن شبكتك خلال الدقائق الماضية.</p></body></html>"


def redirect(stories: Sequence[Story]) -> str:
    return '<html><head><meta charset=utf-8><meta http-equiv="refresh" content="0;url=/new"><title>المرفأ</title></head><body><p>انتقل محتوى هذه الصفحة إلى عنوان آخر، وإذا لم يفتح تلقائيا خلال ثوان <a href="/new">فاضغط هنا</a>.</p></body></html>'


def login(stories: Sequence[Story]) -> str:
    return _doc(
        f"تسجيل الدخول - {SITE}",
        '<main><h1>تسجيل الدخول</h1><p>سجل دخولك لتتمكن من حفظ المقالات والتعليق عليها ومتابعة كتابك عبر جميع أجهزتك.</p><form><input type=email><input type="password"><button>دخول</button></form><p>ليس لديك حساب؟ أنشئ حسابا جديدا في دقيقة واحدة.</p></main>',
    )


def registration(stories: Sequence[Story]) -> str:
    return _doc(
        f"انضم إلى قراء المرفأ | {SITE}",
        '<main><h1>انضم إلى قراء المرفأ</h1><p>املأ النموذج التالي لتصبح عضوا في أسرة الموقع، وتحصل على نشرة الصباح وإمكان التعليق.</p><form><input name=first><input name=last><input type=email><input type="password"><input type="password"><input type=tel><select></select><button>تسجيل</button></form></main>',
    )


def consent(stories: Sequence[Story]) -> str:
    return f"<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{SITE}</title></head><body><h1>نقدر خصوصيتك</h1><p>نحن وشركاؤنا نخزن معلومات على جهازك ونصل إليها، مثل ملفات تعريف الارتباط، لعرض إعلانات ومحتوى يناسبانك وقياس أدائهما.</p><button>أوافق</button></body></html>"


def wall(stories: Sequence[Story]) -> str:
    return _doc(
        f"{stories[0].title} | {SITE}",
        f"<article><h1>{e(stories[0].title)}</h1><div><p>هذا المقال للمشتركين فقط. اشترك لمتابعة القراءة أو سجل دخولك إن كنت مشتركا.</p><a href='/subscribe'>اشترك</a></div></article>",
        _graph(stories[0].title, "article", "/news/481516"),
    )


def thread(stories: Sequence[Story]) -> str:
    said = (
        "السلام عليكم، عندي سؤال عن أفضل طريقة لتنظيف خزانات المياه في البيت، هل من مجرب يفيدنا؟",
        "وعليكم السلام أخي، جربنا شركة محلية وكانت النتيجة ممتازة والسعر معقول.",
        "شكرا لك على الرد السريع.",
        "يرفع للفائدة، والله الموفق للجميع.",
    )
    posts = "".join(
        f'<div class="post"><a href="member.php?u={n}">عضو {n}</a><div>{text}</div></div>'
        for n, text in enumerate(said)
    )
    return f'<html dir=rtl><head><meta charset=utf-8><title>سؤال عن تنظيف خزانات المياه - منتديات الدار</title></head><body><a href="index.php">منتديات الدار</a> <a href="forumdisplay.php?f=3">منتدى البيت</a><h1>سؤال عن تنظيف خزانات المياه</h1>{posts}<form><textarea></textarea></form></body></html>'


def forum_index(stories: Sequence[Story]) -> str:
    rows = "".join(
        f'<tr><td><a href="viewtopic.php?t={n}">{e(s.title)}</a><br>آخر مشاركة: عضو {n}</td><td>{n * 7}</td></tr>'
        for n, s in enumerate(stories)
    )
    return f"<html dir=rtl><head><meta charset=utf-8><title>القسم العام - منتديات الدار</title></head><body><h2>القسم العام</h2><p>قسم للنقاش في كل ما يهم الأعضاء من قضايا عامة لا يتسع لها قسم آخر.</p><table>{rows}</table></body></html>"


def product(stories: Sequence[Story]) -> str:
    return _doc(
        "خلاط كهربائي 700 واط | سوق المرفأ",
        '<main itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">خلاط كهربائي 700 واط</h1><div itemprop="offers" itemscope itemtype="http://schema.org/Offer"><span itemprop="price">349</span> جنيه</div><p>خلاط قوي بثلاث سرعات ووعاء زجاجي سعة لتر ونصف، مناسب للعصائر وطحن الثلج، مع ضمان سنتين لدى الوكيل.</p></main>',
    )


def product_unmarked(stories: Sequence[Story]) -> str:
    return _doc(
        "سجادة صوف يدوية مترين في ثلاثة",
        '<main><h1>سجادة صوف يدوية مترين في ثلاثة</h1><p>السعر 1200 ريال</p><p>سجادة من الصوف الطبيعي منسوجة باليد على نول تقليدي، ألوانها نباتية ثابتة، وتناسب غرف الجلوس الواسعة.</p><form action="/cart/add"><button>أضف إلى السلة</button></form></main>',
    )


def contact(stories: Sequence[Story]) -> str:
    return _doc(
        f"اتصل بنا | {SITE}",
        "<main><h1>اتصل بنا</h1><p>يسعدنا تلقي رسائلكم واقتراحاتكم على مدار الساعة عبر النموذج التالي أو على العناوين المبينة أدناه.</p><form><input name=n><input type=email><textarea></textarea></form></main>",
        _graph("اتصل بنا", "article", "/contact-us"),
    )


def about(stories: Sequence[Story]) -> str:
    return _doc(
        f"من نحن - {SITE}",
        "<main><h1>من نحن</h1>"
        + "<p>صحيفة يومية مستقلة تأسست قبل أربعين عاما، تعنى بأخبار الساحل وتضم فريقا من المحررين والمراسلين في المدن كلها.</p>"
        * 6
        + "</main>",
    )


def privacy(stories: Sequence[Story]) -> str:
    parts = "".join(
        f"<h3>{n}. بند</h3><p>نجمع معلومات عن زوار الموقع لتحسين المحتوى ولا نشاركها مع أطراف أخرى إلا وفق القانون وبموافقتهم.</p>"
        for n in range(1, 8)
    )
    return _doc(
        f"سياسة الخصوصية - {SITE}",
        f"<main><h1>سياسة الخصوصية</h1>{parts}</main>",
        _graph("سياسة الخصوصية", "article", "/privacy-policy"),
    )


def currencies(stories: Sequence[Story]) -> str:
    rows = "".join(
        f"<tr><td>{name}</td><td>{n}.{n * 7}</td><td>{n}.{n * 8}</td></tr>"
        for n, name in enumerate(("دولار", "يورو", "جنيه", "ريال", "درهم"), 3)
    )
    return _doc(
        "أسعار العملات", f"<main><h1>أسعار العملات اليوم</h1><table>{rows}</table><p>آخر تحديث 10:30</p></main>"
    )


def weather(stories: Sequence[Story]) -> str:
    rows = "".join(
        f"<li>{city} <span>{20 + n}°</span></li>" for n, city in enumerate(("بيروت", "عمان", "تونس", "الرباط", "مسقط"))
    )
    return _doc(f"الطقس - {SITE}", f"<main><h1>حالة الطقس</h1><ul>{rows}</ul><p>صحو إلى غائم جزئيا</p></main>")


def programmes(stories: Sequence[Story]) -> str:
    rows = "".join(
        f"<tr><td>{8 + n}:00</td><td>برنامج {e(' '.join(s.title.split()[:2]))}</td></tr>" for n, s in enumerate(stories)
    )
    return _doc("إذاعة المرفأ", f"<h1>جدول البرامج</h1><table>{rows}</table>")


def quiz(stories: Sequence[Story]) -> str:
    return _doc(
        "استطلاع الرأي",
        "<h1>استطلاع الرأي</h1><p>هل تؤيد تمديد ساعات عمل المكتبات العامة في الصيف؟</p><form><label>نعم</label><input type=radio><label>لا</label><input type=radio><button>صوت</button></form>",
    )


LISTS: tuple[Template, ...] = (
    section_of_blog, home_of_blocks, home_of_tables, home_with_lead, plain_section, linked_pictures, unlinked_cards,
    search_results, tag_page, author_page, month_archive, special, listed_items, videos, link_list, site_map,
)  # fmt: skip
OTHERS: tuple[Template, ...] = (
    no_results, missing, forbidden, maintenance, robot_check, redirect, login, registration, consent, wall, thread,
    forum_index, product, product_unmarked, contact, about, privacy, currencies, weather, programmes, quiz,
)  # fmt: skip
