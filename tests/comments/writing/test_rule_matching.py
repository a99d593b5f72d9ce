"""The newsroom's own rules: the words they find, and whether the comment is held or refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from comments.models import Comment, CommentRule, Counter
from comments.writing import admission, rule_matching
from comments.writing.pattern_index import MOST_FOUND, MOST_WORK, Budget, PatternIndex
from comments.writing.provenance import Sender
from comments.writing.refusal import Refused
from comments.writing.rule_matching import find_first
from tests import factories
from tests.comments.reader import Reader
from tests.pages import form_values, words

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def find_words(patterns, *texts):
    """Return the words of `texts` that a line of `patterns` matches, as typed, each once."""
    return find_first([((patterns,), text) for text in texts], Budget())[1]


def rule(name="Gambling", patterns="casino", *, is_on=True, **fields):
    made = CommentRule(name=name, patterns=patterns, is_on=is_on, **fields)
    made.full_clean()
    made.save()
    return made


# --- Matches of a pattern ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("casino", "The CASINO, again", ["CASINO"]),
        ("casino", "Casînò", ["Casînò"]),
        ("élite", "the elite of", ["elite"]),
        ("casino", "casinos", []),
        ("casino", "my-casino.example", ["casino"]),
        ("casino*", "casinos", ["casinos"]),
        ("*coin*", "Bitcoins here", ["Bitcoins"]),
        ("*coin", "coin", ["coin"]),
        ("b*tc*n", "bitcoin", ["bitcoin"]),
        ("b*tc*n", "btcn", ["btcn"]),
        ("ab*ba", "aba", []),
        ("buy now", "Buy,\n now!", ["Buy, now"]),
        ("buy now", "buy it now", []),
        ("buy * now", "buy it now", ["buy it now"]),
        ("* pills", "cheap pills", ["cheap pills"]),
        ("shop.example", "www.SHOP.example/x", ["SHOP.example"]),
        ("oeuvre", "Œuvre", ["Œuvre"]),
        ("casino", "ca\u0338sino", ["ca\u0338sino"]),
        ("casino", "ca\u200dsi\u200cno", ["ca\u200dsi\u200cno"]),
        ("casino", "Ｃａｓｉｎｏ", ["Ｃａｓｉｎｏ"]),
        ("a\nb", "b a b", ["b", "a"]),
        ("привет", "ПРИВЕТ всем", ["ПРИВЕТ"]),
        ("كازينو", "في كَـــازيـنو", ["كَـــازيـنو"]),
        (".*", "anything", []),
        ("(a+)+$", "aaaa", []),
    ],
)
def test_a_pattern_finds_words_as_they_stand(pattern, text, found):
    assert find_words(pattern, text) == found


def test_what_was_found_is_marked_where_it_stands():
    from comments.writing.text import highlight

    text = "Come to the CASÎNO."
    assert highlight(text, find_words("casino", text)) == "Come to the <mark>CASÎNO</mark>."


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        # Symbols.
        ("$$$", "Earn $$$$$ now", ["$$$"]),
        ("$$$", "Earn $$ now", []),
        ("$$$", "＄＄＄", ["＄＄＄"]),
        ("€€€", "100€€€!", ["€€€"]),
        ("100 €", "only 100€", ["100€"]),
        ("100 €", "only 100", []),
        ("卐", "look: 卐卐", ["卐"]),
        ("☠", "x☠️x", ["☠️"]),
        ("♥ * ♥", "♥ love ♥", ["♥ love ♥"]),
        ("c++", "C++ or C", ["C++"]),
        # Emoji: no style and no skin tone matters.
        ("🖕", "so 🖕🏽 you", ["🖕🏽"]),
        ("🖕🏿", "🖕", ["🖕"]),
        ("❤️", "❤", ["❤"]),
        ("❤", "❤️", ["❤️"]),
        ("🎰", "win🎰🎲now", ["🎰"]),
        ("🎰🎲", "🎰\ufe0f🎲", ["🎰\ufe0f🎲"]),
        ("*🎰*", "🎰", ["🎰"]),
        ("buy 💊", "Buy: 💊💊", ["Buy: 💊"]),
        ("buy💊", "buy 🔥💊", ["buy 🔥💊"]),
        ("buy now", "buy 💊 now", ["buy 💊 now"]),
        ("💊*💊", "💊🔥💊 and 💊", ["💊🔥💊"]),
        # Emoji that Unicode has among the punctuation and the ideographs.
        ("‼️", "Win‼️‼️", ["‼️"]),
        ("⁉", "Win ⁉️", ["⁉️"]),
        ("〰️", "so 〰 so", ["〰"]),
        ("‼️", "Win!!", []),
        ("🈚", "全部🈚だ", ["🈚"]),
        ("🈚", "無料", []),
        # Flags and keycaps are one sign each.
        ("🇫🇷", "🇧🇫🇷🇺", []),
        ("🇫🇷", "🇩🇪🇫🇷!", ["🇫🇷"]),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", []),
        ("1️⃣", "page 1", []),
        ("1️⃣", "1️⃣2️⃣", ["1️⃣"]),
        ("*️⃣", "anything * else", []),
        ("*️⃣", "dial *️⃣", ["*️⃣"]),
        ("777", "7️⃣7️⃣7️⃣", ["7️⃣7️⃣7️⃣"]),
        # Sequences with joiners: those that exist are one sign, others are shown apart.
        ("👨‍👩‍👧", "my 👨‍👩‍👧", ["👨‍👩‍👧"]),
        ("👨‍👩‍👧", "👨👩👧", []),
        ("👩", "👩🏽‍🚀", []),
        ("👩‍🚀", "👩🏽‍🚀", ["👩🏽‍🚀"]),
        ("🏳️", "🏳️‍🌈", []),
        ("🏳️‍🌈", "🏳‍🌈", ["🏳‍🌈"]),
        ("🖕", "🖕‍🖕", ["🖕"]),
        ("🖕", "👨‍🖕", ["🖕"]),
        ("🖕", "🖕‍🔥", ["🖕"]),
        # Scripts without spaces.
        ("赌场", "我们今天去赌场玩吧", ["赌场"]),
        ("赌场", "赌一场", []),
        ("赌*场", "去赌大场了", ["赌大场"]),
        ("赌 场", "赌。场", ["赌。场"]),
        ("カジノ", "オンラインｶｼﾞﾉへ", ["ｶｼﾞﾉ"]),
        ("カジノ", "カシノ", []),
        ("คาสิโน", "เล่นคาสิโนออนไลน์", ["คาสิโน"]),
        ("กิน", "กัน", []),
        ("កាស៊ីណូ", "លេងកាស៊ីណូអនឡាញ", ["កាស៊ីណូ"]),
        ("ຄາສິໂນ", "ຫຼິ້ນຄາສິໂນອອນລາຍ", ["ຄາສິໂນ"]),
        # Mixed.
        ("加V信", "请加Ｖ信123", ["加Ｖ信"]),
        ("casino赌场", "去casino赌场吧", ["casino赌场"]),
        ("casino赌场", "casino大赌场", []),
        ("casino", "去casino吧", ["casino"]),
        ("微信 123", "微信:123", ["微信:123"]),
        ("免费💰", "完全免费💰💰", ["免费💰"]),
        # Scripts with spaces, whose vowels are marks.
        ("हिन्दी", "यह हिन्दी है", ["हिन्दी"]),
        ("हिन्दी", "यह हनदा है", []),
        ("카지노*", "카지노에서", ["카지노에서"]),
        # What nobody sees hides no word.
        ("casino", "ca\u0e34sino", ["ca\u0e34sino"]),
        ("casino", "ca\u3164si\U000e0061no", ["ca\u3164si\U000e0061no"]),
        ("ca💊sino", "casino", []),
        ("™", "a TM", ["TM"]),
        ("ⓒⓐⓢⓘⓝⓞ", "casino", ["casino"]),
    ],
)
def test_a_pattern_finds_symbols_and_scripts_without_spaces(pattern, text, found):
    assert find_words(pattern, text) == found
    assert find_words(f"xyz\n{pattern}", f"{text} – {text}") == found


@pytest.mark.parametrize(
    "emptiness", ["\u3164", "\u2800", "\u200d", "\ufe0f", "\u00ad", "*\u2800*"]
)
def test_what_nobody_sees_is_no_pattern(emptiness):
    with pytest.raises(ValidationError, match="would match any word"):
        CommentRule(name="x", patterns=emptiness).clean()


def test_of_rules_with_symbols_and_without_the_earlier_wins():
    rules = ("💊", "casino", "casino 💊")
    assert find_first([(rules, "casino 💊")], Budget()) == (0, ["💊"])
    assert find_first([(rules[1:], "casino 💊")], Budget()) == (0, ["casino"])
    both = ("casino\n💊",)
    assert find_first([(both, "💊 casino")], Budget()) == (0, ["💊", "casino"])


@pytest.mark.parametrize(
    ("patterns", "text"),
    [
        ("$" * 99 + "€", "$" * 5000),
        ("\n".join("$€" * n for n in range(1, 50)), "$€" * 2500),
        ("\n".join("赌" * n + "场" for n in range(1, 99)), "赌" * 5000),
        ("*".join("字" * 50), "字" * 5000),
        ("👨‍👩‍👧" * 19, "👨‍👩‍👧" * 1000),
        ("กิน", "กิ" * 2500),
    ],
)
def test_runs_of_symbols_and_letters_stay_within_the_budget(patterns, text):
    budget = Budget()
    find_first([((patterns,), text)], budget)
    assert budget.left > -25_000


@pytest.mark.parametrize(
    ("patterns", "text"),
    [
        # Patterns that would backtrack for ever as regular expressions: `(a*)*b`, `a*a*a*…b`.
        ("a" + "*a" * 45 + "b", "a" * 5000),
        ("*a" * 45 + "b", ("a" * 70 + " ") * 70),
        ("\n".join(f"*{n}x*y*" for n in range(500)), "xy " * 1600),
        (" ".join(["*"] * 40 + ["a"]), "a " * 2500),
    ],
)
def test_the_worst_pattern_on_the_longest_comment_takes_little_work(patterns, text):
    budget = Budget()
    find_first([((patterns,), text)], budget)
    assert MOST_WORK - budget.left < MOST_WORK / 10


def numbered(pattern, rules, lines=500):
    """Return rules with `pattern` on each line, in which N is another number on each."""
    return tuple(
        "\n".join(pattern.replace("N", f"{rule}x{line}") for line in range(lines))
        for rule in range(rules)
    )


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("buy wN", "buy " * 1250),
        ("buy * * * wN", "buy " * 1250),
        ("wN * * * buy", "buy " * 1250),
        ("*coinN*", "bitcoins and altcoins " * 220),
        ("N*", "0x 1x 2x 3x " * 400),
    ],
)
def test_rules_that_a_comment_does_not_match_cost_nothing_whatever_their_number(pattern, text):
    spent = []
    for rules in (1, 50):
        budget = Budget()
        assert find_first([(numbered(pattern, rules), text)], budget) == (None, [])
        spent.append(MOST_WORK - budget.left)
    assert spent[1] <= spent[0] + 100
    assert spent[1] < len(text)


def combined(parts, between, rules):
    """Return rules with patterns that have all their parts in common, in many orders."""
    count = iter(range(500 * rules))
    return tuple(
        "\n".join(
            between + between.join(parts[number >> bit & 1] for bit in range(14)) + between
            for number, _line in zip(count, range(500), strict=False)
        )
        for _rule in range(rules)
    )


#: Rules, and comments made of the parts of their patterns.
HOSTILE = [
    (combined(["ab", "cd"], "*", 20), " ".join(f"{n}abcd" for n in range(600))),
    (combined(["ab", "cd"], "*", 20), "abcd" * 1250),
    (combined(["a", "b"], " ", 20), "a b b a c " * 500),
    (combined(["a*", "*b"], " * ", 20), "a b b a c " * 500),
    (
        tuple("\n".join("a" + " *" * n + " b" for n in range(1, 49)) for _r in range(50)),
        "a " * 2500,
    ),
    (("\n".join("*" + "a" * n + "b*" for n in range(2, 90)),) * 50, "a" * 5000),
]


@pytest.mark.parametrize(("rules", "text"), HOSTILE, ids=range(len(HOSTILE)))
def test_no_rules_and_no_comment_cost_more_than_the_budget(rules, text):
    """The last step may be begun with almost nothing left; it has a bound of its own."""
    budget = Budget()
    find_first([(rules, text)], budget)
    assert budget.left > -25_000


def test_the_first_of_many_rules_wins_and_only_its_words_are_told():
    rules = ("shop", "casino\nbuy *", "casino\nbuy now")
    found = find_first([(rules, "Buy"), (rules, "the casino: buy now, Buy later")], Budget())
    assert found == (1, ["casino", "buy now", "Buy later"])


def test_a_search_that_is_out_of_budget_tells_what_it_has_found():
    rules = ("xyz", *combined(["ab", "cd"], "*", 20))
    budget = Budget(5_000)
    assert find_first([(rules, "xyz " + "abcd " * 1000)], budget) == (0, ["xyz"])
    assert budget.is_spent


def test_the_matches_that_are_told_apart_have_a_bound():
    text = " ".join(f"a{n}" for n in range(1000))
    assert find_words("a*", text) == text.split()[:MOST_FOUND]


# --- Validation of a rule ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        ("", "at least one word"),
        ("  \n ", "at least one word"),
        ("casino\n*", "would match any word"),
        ("* *", "would match any word"),
        ("…", "would match any word"),
        ("x" * 101, "too long"),
        ("\n".join(f"word{n}" for n in range(501)), "at most 500"),
    ],
)
def test_a_rule_that_cannot_work_is_not_saved(patterns, said):
    with pytest.raises(ValidationError) as caught:
        rule(patterns=patterns)
    assert said in str(caught.value.message_dict["patterns"])


def test_each_line_is_kept_once_without_what_surrounds_it():
    assert rule(patterns=" casino \n\ncasino\r\nbuy now").patterns == "casino\nbuy now"


def test_a_rule_about_links_needs_no_words():
    assert rule(patterns="", kind="links").most_links == 2


# --- Effects on a comment ---------------------------------------------------------------------


def send(article, text="At the casino", name="Paul", **kwargs):
    sender = Sender(address="192.0.2.1", user_agent="", referrer="")
    return admission.admit(article, sender, name=name, text=text, **kwargs)


def test_a_rule_holds_under_its_own_name_with_what_it_found(article):
    rule(patterns="casin*\nbuy now")
    held = send(article, "The Casino. BUY now! casino")
    held.refresh_from_db()
    assert (held.hold, held.hold_rule) == ("rule", "Gambling")
    assert held.hold_words == ["Casino", "BUY now", "casino"]
    assert held.why_held == "matches the rule “Gambling”"
    assert Comment.objects.due().get() == held


def test_a_rule_refuses_and_nothing_is_stored(article):
    rule(action="refuse")
    with pytest.raises(Refused) as caught:
        send(article)
    assert caught.value.code == "rule"
    assert "“casino”" in caught.value.message
    assert not Comment.objects.exists()


def test_a_refusal_still_counts_against_the_address(article, settings, clock):
    settings.COMMENTS_RATE_LIMIT = 2
    rule(action="refuse")
    for _time in range(2):
        with pytest.raises(Refused, match="rule"):
            send(article)
    with pytest.raises(Refused, match="rate"):
        send(article, "Hello")


def test_what_refuses_comes_before_what_holds(article):
    rule("A", "casino")
    rule("B", "casino", action="refuse")
    with pytest.raises(Refused, match="rule"):
        send(article)


def test_a_rule_that_is_off_does_nothing(article):
    rule(is_on=False)
    assert send(article).hold == ""


def test_a_new_rule_is_off():
    assert not CommentRule().is_on


@pytest.mark.parametrize(("kind", "held"), [("words", "rule"), ("names", "rule")])
def test_a_rule_about_words_looks_at_the_name_too(article, kind, held):
    rule(kind=kind)
    assert send(article, "Hello", name="Best Casino").hold == held


def test_a_rule_about_names_does_not_look_at_the_text(article):
    rule(kind="names")
    assert send(article).hold == ""


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("http://a.example and https://b.example", ""),
        ("http://a.example https://b.example www.c.example", "rule"),
        ("HTTP://a.example\nhttp://a.example\nhttp://a.example", "rule"),
    ],
)
def test_a_rule_about_links_counts_them(article, text, held):
    rule("Links", "", kind="links")
    assert send(article, text).hold == held


def test_what_was_found_fits_the_row(article):
    rule(patterns="*a*")
    words = " ".join(f"{n}{'a' * 60}" for n in range(60))
    held = send(article, words, name="Bob")
    held.refresh_from_db()
    assert 400 < len(held.hold_detail) <= 500
    assert all(word in words for word in held.hold_words)


def test_a_very_long_word_that_was_found_is_not_cut_in_two(article):
    rule(patterns="*a*")
    held = send(article, "a" * 4000, name="Bob")
    assert (held.hold, held.hold_detail) == ("rule", "")


def test_a_refused_reader_is_told_why_and_loses_nothing(client, article):
    rule("Gambling", action="refuse", message="We take no advertising.")
    reader = Reader(client, article)
    reader.open()
    answer = reader.send(name="Zoé", comment="At the  Casino é")
    assert answer.status_code == 422
    told = words(answer)
    assert "We take no advertising. It was not taken because of: “Casino”." in told
    assert form_values(answer)["comment"] == "At the  Casino é"
    assert Counter.objects.get(name__startswith="refused:").name == "refused:rule:Gambling"
    assert reader.send(comment="At the theatre").status_code == 303


def test_a_revision_that_a_rule_refuses_is_counted_by_the_rules_name(client, article):
    comment = factories.comment(article)
    rule(action="refuse")
    answer = client.post(
        reverse("comments:revise", args=[comment.receipt]), {"name": "Zoé", "comment": "Casino"}
    )
    assert answer.status_code == 422
    assert Counter.objects.get(name__startswith="refused:").name == "refused:rule:Gambling"


def test_patterns_are_compiled_once_for_all_requests():
    rule_matching.index_patterns.cache_clear()
    for _time in range(3):
        find_words("casino", "a casino")
    assert rule_matching.index_patterns.cache_info().misses == 1


def test_threads_that_come_at_once_compile_them_once(monkeypatch):
    made = []
    monkeypatch.setattr(rule_matching, "PatternIndex", lambda r: made.append(1) or PatternIndex(r))
    rule_matching.index_patterns.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: find_words("*new* casino", "A new  casino"), range(40)))
    assert found == [["new casino"]] * 40
    assert len(made) == 1


def test_rules_are_matched_before_the_transaction_of_the_comment(article, monkeypatch):
    """A database that is locked meanwhile would keep every other reader from writing."""
    outside, depths = len(connection.savepoint_ids), []
    find = rule_matching.find_first

    def watched(*args):
        depths.append(len(connection.savepoint_ids))
        return find(*args)

    monkeypatch.setattr("comments.models.rule.find_first", watched)
    rule()
    assert send(article).hold == "rule"
    assert depths == [outside]


def test_a_comment_that_cannot_be_compared_with_all_rules_is_held(article, monkeypatch):
    for number, patterns in enumerate(combined(["ab", "cd"], "*", 3)):
        rule(f"Rule {number}", patterns, action="refuse")
    monkeypatch.setattr("comments.writing.admission.Budget", lambda: Budget(2_000))
    held = send(article, " ".join(f"{n}abcd" for n in range(600)))
    assert (held.hold, held.hold_rule, held.hold_detail) == ("unchecked", "", "")
    assert held.why_held == "takes too long to be compared with all rules of the newsroom"
    assert send(article, "Hello").hold == ""


def test_all_rules_that_are_on_have_a_bound_together(monkeypatch):
    monkeypatch.setattr("comments.models.rule.MOST_PATTERNS_IN_FORCE", 3)
    rule("A", "one\ntwo")
    rule("B", "three\nfour", is_on=False)
    with pytest.raises(ValidationError, match="have at most 3 lines together"):
        rule("C", "three\nfour")
    rule("D", "three").full_clean()


# --- The admin's pages ------------------------------------------------------------------------

LIST = "/admin/comments/commentrule/"
FIELDS = {"name": "Gambling", "kind": "words", "most_links": 2, "action": "hold", "message": ""}


def test_an_admin_makes_a_rule_and_is_told_what_is_wrong_with_it(admin_client):
    answer = admin_client.post(f"{LIST}add/", FIELDS | {"patterns": "*"})
    assert "would match any word" in words(answer)
    answer = admin_client.post(f"{LIST}add/", FIELDS | {"patterns": "casino"})
    assert answer.status_code == 302
    assert not CommentRule.objects.get().is_on


def test_a_moderator_sees_the_rules_and_changes_none(moderator_client):
    made = rule()
    assert "Gambling" in words(moderator_client.get(LIST))
    assert moderator_client.get(f"{LIST}{made.pk}/change/").status_code == 200
    assert moderator_client.post(f"{LIST}{made.pk}/change/", FIELDS).status_code == 403
    assert moderator_client.get(f"{LIST}add/").status_code == 403


def test_an_editor_sees_none(editor_client):
    made = rule()
    assert editor_client.get(LIST).status_code == 403
    assert editor_client.get(f"{LIST}{made.pk}/try/").status_code == 403


def test_a_rule_is_tried_on_a_text_which_is_kept_nowhere(admin_client):
    made = rule(is_on=False, action="refuse")
    url = f"{LIST}{made.pk}/try/"
    page = admin_client.post(url, {"name": "Zoé", "text": "To the <b>CASINO</b>"})
    assert "To the &lt;b&gt;<mark>CASINO</mark>&lt;/b&gt;" in page.text
    assert "Its writer would be told: It was not taken because of: “CASINO”." in words(page)
    page = admin_client.post(url, {"text": "To the theatre"})
    assert "It does not match." in words(page)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("most", "links"), [(0, "0 links"), (1, "1 link"), (2, "2 links")])
def test_a_writer_is_told_how_many_links_a_comment_may_have(most, links):
    made = rule(patterns="", kind="links", most_links=most)
    assert f"at most {links}; this one has 3." in made.explain(["a", "b", "c"])


def test_a_rule_is_tried_on_the_newest_comments_before_it_is_switched_on(admin_client, article):
    factories.comment(article, text="At the Casino")
    factories.comment(article, text="At the theatre")
    made = rule(is_on=False)
    page = admin_client.get(f"{LIST}{made.pk}/try/")
    assert "caught 1 of the last 2 comments" in words(page)
    assert "At the <mark>Casino</mark>" in page.text
    assert "theatre" not in page.text


def test_a_rule_is_tried_within_a_budget(admin_client, article, monkeypatch):
    monkeypatch.setattr("comments.admin.rule.MOST_WORK", 500)
    monkeypatch.setattr("comments.admin.rule.Budget", lambda work=500: Budget(work))
    text = " ".join(f"ab{n}" for n in range(300))
    for number in range(3):
        factories.comment(article, text=f"{number} {text}")
    made = rule(patterns="*ab*x*\n*ab*y*")
    page = admin_client.post(f"{LIST}{made.pk}/try/", {"text": text})
    assert "The rule takes too long to be compared with this text." in words(page)
    assert "caught 0 of the last 1 comments" in words(page)
    factories.comment(article, text="abx")
    assert "caught 1 of the last 2 comments" in words(admin_client.get(f"{LIST}{made.pk}/try/"))


def test_the_queue_names_the_rule_and_marks_the_words(moderator_client, article):
    rule()
    held = send(article, "At the Casino")
    page = moderator_client.get(f"/admin/comments/comment/{held.pk}/moderate/")
    assert "Matches the rule “Gambling” Casino" in words(page)
    assert "At the <mark>Casino</mark>" in page.text
