"""Moments that people type, in both languages, and in time zones with summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from common.moment_field import MomentField, answer
from common.moment_text import choice_in_words, in_short, in_words, text_of
from common.moments import TwoSuchTimes, read

PARIS = ZoneInfo("Europe/Paris")
#: A Friday.
NOW = datetime(2026, 11, 27, 14, 3, 20, tzinfo=PARIS)


def meant(text, now=NOW, zone=PARIS):
    return read(text, now=now, zone=zone)


def refusal(text, **kwargs):
    with pytest.raises(ValidationError) as refused:
        meant(text, **kwargs)
    return refused.value


# --- What people type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "local"),
    [
        # A time alone is the next such time.
        *[(text, "2026-11-28 06:00") for text in ("6h", "6 h", "6h00", "06:00", "6:00")],
        *[(text, "2026-11-28 06:00") for text in ("6am", "6 a.m.", "06.00", "6h du matin", "à 6h")],
        *[(text, "2026-11-27 18:00") for text in ("6pm", "6 p.m.", "18h", "6 in the evening")],
        *[(text, "2026-11-27 18:30") for text in ("6:30 pm", "18h30", "18 heures 30", "6.30pm")],
        *[(text, "2026-11-28 12:00") for text in ("midi", "noon", "12pm", "demain midi")],
        *[(text, "2026-11-28 00:00") for text in ("minuit", "midnight", "12am", "0h")],
        ("18:30:15", "2026-11-27 18:30:15"),
        # Days.
        *[(text, "2026-11-28 06:00") for text in ("demain 6h", "DEMAIN à 6 h", "tomorrow at 6:00")],
        *[(text, "2026-11-28 06:00") for text in ("6h demain", "tomorrow morning 6:00")],
        *[(text, "2026-11-28 00:00") for text in ("demain", "tomorrow", "samedi", "28 nov")],
        *[(text, "2026-11-29 07:15") for text in ("après-demain 7h15", "dimanche à 7h15")],
        *[(text, "2026-11-27 20:00") for text in ("ce soir 8h", "tonight at 8", "aujourd’hui 20h")],
        *[(text, "2026-11-28 06:00") for text in ("tmrw 6am", "demain - 6h !", "demain 6h.")],
        # An evening goes on after midnight.
        *[(text, "2026-11-28 00:00") for text in ("ce soir minuit", "midnight tonight", "24h")],
        *[(text, "2026-11-28 02:00") for text in ("tonight 2am", "cette nuit à 2h")],
        ("ce midi", "2026-11-27 12:00"),
        ("samedi 28 nov. 24:00", "2026-11-29 00:00"),
        # A day of the week is the next one; today while the time is still to come.
        *[(text, "2026-12-04 06:00") for text in ("Friday 6:00", "vendredi à 6h", "ven. 6h")],
        *[(text, "2026-11-27 18:00") for text in ("Friday 18:00", "vendredi 18h", "6pm Friday")],
        *[(text, "2026-12-04 18:00") for text in ("next Friday 18:00", "vendredi prochain 18h")],
        *[(text, "2026-11-30 00:00") for text in ("lundi prochain", "next Monday", "monday")],
        ("vendredi 6h30", "2026-12-04 06:30"),
        ("lundi en huit 9h", "2026-12-07 09:00"),
        ("samedi 28 à 6h", "2026-11-28 06:00"),
        ("le 28 à 6h", "2026-11-28 06:00"),
        ("the 3rd at noon", "2026-12-03 12:00"),
        # Dates, with the year or without.
        *[(text, "2027-05-01 09:00") for text in ("1er mai 9h", "May 1st, 9:00", "1 may 9am")],
        *[(text, "2027-05-03 09:30") for text in ("3 May 9:30", "May 3 9:30", "3 mai 2027 à 9h30")],
        *[(text, "2027-01-03 06:00") for text in ("3 janv. 6h", "3 Jan 6:00", "3 January 6:00")],
        *[(text, "2026-11-28 06:00") for text in ("28/11/2026 06:00", "28/11 6h", "28.11.2026 6h")],
        *[(text, "2026-11-28 06:00") for text in ("11/28/2026 06:00", "28-11-26 6h")],
        *[(text, "2026-11-28 06:00") for text in ("2026-11-28T06:00", "2026-11-28 06:00:00")],
        *[(text, "2026-11-28 07:00") for text in ("2026-11-28T06:00Z", "2026-11-28T07:00+01:00")],
        *[(text, "2026-11-28 07:00") for text in ("28/11 2:30 UTC-3:30", "28/11 2h30 -03:30")],
        ("samedi 28 novembre 2026, 06:00, heure de Paris (UTC+1)", "2026-11-28 06:00"),
        ("Saturday, 28 November 2026, 06:00, Paris time (UTC+1)", "2026-11-28 06:00"),
        ("29 février", "2028-02-29 00:00"),
        # From now on, at the end of a minute.
        *[(text, "2026-11-27 16:04") for text in ("dans 2 heures", "in two hours", "in 120 min")],
        *[(text, "2026-11-27 14:24") for text in ("in 20 minutes", "dans vingt minutes")],
        *[(text, "2026-11-27 14:34") for text in ("dans une demi-heure", "in half an hour")],
        *[(text, "2026-11-27 15:34") for text in ("dans 1h30", "in 1h 30m", "dans 1h30min")],
        *[(text, "2026-11-27 15:34") for text in ("dans une heure et demie", "in 90 minutes")],
        *[(text, "2026-12-04 14:04") for text in ("dans une semaine", "in 7 days")],
        *[(text, "2026-11-29 06:00") for text in ("dans 2 jours à 6h", "in 2 days at 6:00")],
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en-gb"])
def test_a_moment_is_understood_in_both_languages(typed, local, language):
    with translation.override(language):
        assert meant(typed) == datetime.fromisoformat(local).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("language", "month"), [("fr", 5), ("en-gb", 5), ("en", 3)], ids=["fr", "en-gb", "en"]
)
def test_the_day_is_first_unless_the_language_is_american(language, month):
    with translation.override(language):
        assert meant("3/5/2027 6:00").month == month


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *[(text, "invalid") for text in ("bientôt", "28", "25:00", "13pm", "6h EST", "h", "à")],
        *[(text, "invalid") for text in ("31/02/2026 6h", "6h 7h", "0/0/2026", "x" * 5000, "le")],
        *[(text, "invalid") for text in ("tonight 7am", "24:30")],
        *[(text, "no_hour") for text in ("ce soir", "tomorrow morning")],
        *[(text, "bare") for text in ("6", "demain 6", "at 6")],
        ("vendredi 28 novembre 2026 6h", "weekday"),
        ("9999-12-31 23:00 -14:00", "invalid"),
    ],
)
def test_what_means_no_moment_is_refused(typed, code):
    assert refusal(typed).code == code


# --- Summer time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "before", "after"),
    [
        ("Europe/Paris", "29 mars 2026 2h30", "01:59", "03:00"),
        ("America/New_York", "8 March 2026 2:00", "01:59", "03:00"),
        ("Australia/Lord_Howe", "4 October 2026 2:15", "01:59", "02:30"),
    ],
)
def test_a_time_that_the_clock_skips_is_refused_with_the_two_nearest(name, typed, before, after):
    zone = ZoneInfo(name)
    with translation.override("fr"), timezone.override(zone):
        error = refusal(typed, now=NOW.replace(year=2025), zone=zone)
    assert error.code == "no_such_time"
    assert f"{before} et {after}" in error.messages[0]


def test_so_many_days_later_may_be_a_time_that_the_clock_skips():
    error = refusal("in 2 days", now=datetime(2026, 3, 27, 2, 30, tzinfo=PARIS))
    assert error.code == "no_such_time"


@pytest.mark.parametrize(
    ("name", "typed", "words", "named"),
    [
        (
            "Europe/Paris",
            "25/10/2026 2h30",
            ["02:30 heure d’été (UTC+2)", "02:30 heure d’hiver (UTC+1)"],
            ["heure d’été", "CET"],
        ),
        (
            "America/New_York",
            "1 November 2026 1:30",
            ["01:30 heure d’été (UTC-4)", "01:30 heure d’hiver (UTC-5)"],
            ["EDT", "winter time"],
        ),
        (
            "Australia/Lord_Howe",
            "5 April 2026 1:45",
            ["01:45 heure d’été (UTC+11)", "01:45 heure d’hiver (UTC+10:30)"],
            ["UTC+11", "+10:30"],
        ),
    ],
)
def test_of_a_time_that_comes_twice_one_is_chosen(name, typed, words, named):
    zone = ZoneInfo(name)
    now = NOW.replace(year=2025)
    with translation.override("fr"), timezone.override(zone):
        with pytest.raises(TwoSuchTimes) as refused:
            meant(typed, now=now, zone=zone)
        moments = refused.value.moments
        assert [choice_in_words(moment) for moment in moments] == words
        chosen = [meant(f"{typed} {which}", now=now, zone=zone) for which in named]
        shown = [meant(text_of(moment), now=now, zone=zone) for moment in moments]
    assert moments[0] < moments[1]
    assert chosen == shown == moments


@pytest.mark.parametrize(
    ("now", "means"),
    [
        # In the first of the two hours the second is the next.
        ("2026-10-25T02:45+02:00", "2026-10-25T02:30+01:00"),
        # A skipped time that is past is no obstacle to tomorrow's.
        ("2026-03-29T10:00+02:00", "2026-03-30T02:30+02:00"),
    ],
)
def test_the_next_such_time_is_found_beside_a_change_of_the_clock(now, means):
    assert meant("2h30", now=datetime.fromisoformat(now)) == datetime.fromisoformat(means)


@pytest.mark.parametrize("language", ["fr", "en-gb", "en"])
@pytest.mark.parametrize("name", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_a_moment_is_shown_as_text_that_means_the_same_instant(name, language):
    zone = ZoneInfo(name)
    start = datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC)
    changes = [datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 10, 11)]
    instants = [start + timedelta(hours=175.2 * number) for number in range(50)]
    for instant, change in zip(instants, changes * 15, strict=False):
        instants.append(change + timedelta(minutes=30 * ((instant.timetuple().tm_yday * 7) % 1440)))
    with translation.override(language), timezone.override(zone):
        for instant in instants:
            for text in (text_of(instant), in_words(instant)):
                assert read(text, now=NOW, zone=zone) == instant, text


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("fr", "Europe/Oslo", "samedi 1er\xa0mai 2027, 06:00, heure d’Oslo (UTC+2)"),
        ("fr", "Africa/Harare", "samedi 1er\xa0mai 2027, 06:00, heure de Harare (UTC+2)"),
        ("fr", "Pacific/Honolulu", "samedi 1er\xa0mai 2027, 06:00, heure d’Honolulu (UTC-10)"),
        ("en-gb", "Europe/Oslo", "Saturday, 1 May 2027, 06:00, Oslo time (UTC+2)"),
    ],
)
def test_french_says_1er_and_elides_before_a_vowel(language, name, words):
    zone = ZoneInfo(name)
    instant = datetime(2027, 5, 1, 6, tzinfo=zone)
    with translation.override(language), timezone.override(zone):
        assert in_words(instant) == words
        for text in (text_of(instant), words):
            assert read(text, now=NOW, zone=zone) == instant


def test_on_a_button_the_weekday_is_enough_within_a_week(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("fr"), timezone.override(PARIS):
        assert in_short(meant("demain 6h")) == "samedi à 06:00"
        assert in_short(meant("1er mai 6h")) == "samedi 1er\xa0mai à 06:00"
        # A weekday alone would mean the next one.
        assert in_short(NOW - timedelta(hours=1)) == "vendredi 27\xa0novembre à 13:03:20"


# --- The field ------------------------------------------------------------------------------------


class Form(forms.Form):
    at = MomentField(required=False)


def test_a_field_says_what_it_understood_and_keeps_what_it_does_not():
    with translation.override("fr"):
        known = Form({"at": "28/11/2099 06:00"}).as_p()
        assert "samedi 28\xa0novembre 2099, 06:00, heure de Paris (UTC+1)" in known
        unknown = Form({"at": "bientôt"})
        assert not unknown.is_valid()
        assert 'value="bientôt"' in unknown.as_p()


def test_without_scripts_one_of_two_such_times_is_chosen_in_the_form():
    form = Form({"at": "31/10/2100 2h30"})
    assert form["at"].field.widget.value_from_datadict(form.data, {}, "at") == "31/10/2100 2h30"
    assert form.errors.as_data()["at"][0].code == "two_such_times"
    asked = answer("31/10/2100 2h30")
    assert all(choice["text"] in form.as_p() for choice in asked["choices"])
    chosen = {"at_chosen": asked["choices"][1]["text"], "at_chosen_for": "31/10/2100 2h30"}
    again = Form({"at": "31/10/2100 2h30", **chosen})
    assert again.is_valid()
    assert again.cleaned_data["at"] == datetime(2100, 10, 31, 1, 30, tzinfo=UTC)
    # What is typed after the choice counts, not the choice.
    assert Form({"at": "", **chosen}).data["at"] == ""
    other = Form({"at": "1/11/2100 6h", **chosen})
    assert other.is_valid()
    assert other.cleaned_data["at"].hour == 5


def test_a_moment_that_is_shown_and_sent_back_is_not_a_change():
    stored = datetime(2026, 10, 25, 0, 30, 7, 250, tzinfo=UTC)
    form = Form(initial={"at": stored})
    assert not Form({"at": form["at"].value()}, initial={"at": stored}).has_changed()
