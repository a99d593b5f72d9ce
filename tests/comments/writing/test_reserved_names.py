"""Names that pass for the newsroom's are held, and readers' own names are not."""

import pytest

from comments.models import PublicName
from comments.writing.refusal import Refused
from comments.writing.reserved_names import find_imitated
from comments.writing.revision import revise
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def newsroom(settings, django_user_model):
    """A site, its authors, and accounts: with a full name, a public name, or a login name only."""
    settings.SITE_NAME = "Le Courrier"
    for name in ("Anne Leroy", "Plantu"):
        factories.author(name)
    accounts = django_user_model.objects
    accounts.create_user("marie", is_staff=True)
    accounts.create_user("o.martin", is_staff=True)
    accounts.create_user("x1", is_staff=True, first_name="Karim", last_name="Belkacem")
    accounts.create_user("x2", is_staff=True, first_name="Jean-Luc")
    accounts.create_user("reader", first_name="Paul", last_name="Durand")
    simone = accounts.create_user("x3", is_staff=True)
    PublicName.objects.create(user=simone, name="Simone du Courrier")
    lola = accounts.create_user("x4", is_staff=True)
    PublicName.objects.create(user=lola, name="Lola")


def named(imitated, names):
    return [(name, imitated) for name in names.split(", ")]


@pytest.mark.parametrize(
    ("name", "imitated"),
    [
        *named("Le Courrier", "Le Courrier, LE COURRIER, Ｌｅ Ｃｏｕｒｒｉｅｒ, Lе Cоurriеr"),
        *named("Le Courrier", "Le Courrıer, ʟᴇ ᴄᴏᴜʀʀɪᴇʀ, Le Courrier., Le Courrier ✔"),
        *named("Le Courrier", "Le-Courrier, Le Courrier (newsroom), Le Courrier (rédaction)"),
        *named("Le Courrier", "Ie CourrIer, L3 C0urr1er, Rédaction – Le Courrier ✔"),
        *named("Le Courrier", "Team Le Courrier, 𝐋𝐞 𝐂𝐨𝐮𝐫𝐫𝐢𝐞𝐫, Lε Cουrriεr"),
        *named("Le Courrier", "Le Co\u0301u\u0323rrier, L\u200de Courrier, Le\u2800Courrier"),
        *named("Le Courrier", "Le Courrrier, Courrier, Courrier officiel, lecourrier.fr"),
        *named("Le Courrier", "@LeCourrier24, lecourrierofficiel, L e   C o u r r i e r"),
        *named("Le Courrier", "Le|Courrier, LeCourrier_Officiel, Le Courrier | Paul"),
        *named("rédaction", "La rédaction, Redaction, Réd@ction, ʀéᴅᴀᴄᴛɪᴏɴ, Rédасtiоn"),
        *named("rédaction", "Équipe de rédaction"),
        *named("newsroom", "Newsroom, The Newsroom, News room, Newsroorn, NEWSR00M"),
        *named("newsroom", "Nevvsroom, Newsrooom"),
        *named("admin", "admin, Аdmin, Admin 2, 🄰🄳🄼🄸🄽"),
        *named("moderator", "Moderators"),
        *named("modérateur", "Le modérateur"),
        *named("editor", "Editor"),
        *named("Anne Leroy", "anne leroy, Anne-Leroy, ANNELEROY, AnneLeroy, Аnnе Lеroу"),
        *named("Anne Leroy", "Leroy Anne, Anne Leroy ✔, Anne Leroy (journaliste)"),
        *named("Anne Leroy", "Anne Lerоy., A n n e L e r o y"),
        *named("Plantu", "PIantu, Plantu ✓ officiel"),
        *named("Karim Belkacem", "Karim Belkacem, Kаrim BeIkacem"),
        *named("o.martin", "O Martin"),
        *named("Lola", "Lola, LoIa."),
    ],
)
def test_a_name_that_passes_for_ours_is_found(name, imitated):
    assert find_imitated(name) == imitated


@pytest.mark.parametrize(
    "name",
    [
        *("Marie", "marie", "Jean-Luc", "Karim", "Anne", "Leroy", "Martin", "Olivier Martin"),
        *("Paul Durand", "Marie-Anne Leroy", "Anne Leroy-Dupont", "Paul Courrier", "Lola Dupont"),
        *(
            "Мария",
            "Анна Королёва",
            "Ελένη",
            "محمد",
            "王小明",
            "שרה",
            "Zoé",
            "🙂",
            "",
            "L.",
            "Ed Torino",
        ),
        *("Le Courtier", "Anna", "Simone", "Ada Minot", "Camille Courrier", "Leo", "Lo La Dupont"),
    ],
)
def test_a_readers_own_name_is_free(name):
    assert find_imitated(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Le Courrier de la Lorenne",
        "Courrier de la Lorenne",
        "Courrier Lorenne ✔",
        "Соurriеr de Lorenne",
    ],
)
def test_the_sites_name_is_found_without_its_small_words(settings, name):
    settings.SITE_NAME = "Le Courrier de la Lorenne"
    assert find_imitated(name) == "Le Courrier de la Lorenne"
    assert find_imitated("Un habitant de la Lorenne") == ""


def test_the_name_is_held_and_never_refused(article):
    held = factories.comment(article, name="Lе Cоurriеr ✔")
    assert (held.hold, held.hold_detail) == ("name", "Le Courrier")
    assert held.why_held == "uses the name of Le Courrier"


def test_a_writer_who_changes_the_name_is_held_too(article, clock):
    comment = factories.comment(article, name="Zoé")
    try:
        revise(comment, factories.SENDER, name="Anne Lerоy", text="Hello")
    except Refused as refusal:
        pytest.fail(refusal.code)
    comment.refresh_from_db()
    assert (comment.hold, comment.hold_detail) == ("name", "Anne Leroy")


def test_the_names_cost_the_same_queries_whatever_their_number(django_assert_num_queries):
    for number in range(30):
        factories.author(f"Author Number {number}")
    with django_assert_num_queries(3):
        assert find_imitated("Zoé") == ""
