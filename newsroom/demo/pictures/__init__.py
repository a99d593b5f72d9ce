"""Draw the demo's illustrations: flat inks on warm paper, in the manner of a risograph print."""

from newsroom.demo.pictures import country, culture, river, town
from newsroom.demo.pictures.portraits import PORTRAITS, portrait
from newsroom.demo.pictures.sheet import Sheet

#: Every scene, and the four inks it is printed in.
SCENES = {
    "river-dawn": (river.dawn, "sun f4b23c coral ea6b52 slate 4f8a96 night 22325c"),
    "harbour-cranes": (river.harbour, "haze 8fb4b8 rust e0653a petrol 2f6f80 night 1d2c40"),
    "market-hall": (town.market_hall, "amber eeb046 brick cf4f3a bottle 3f7a62 night 25323f"),
    "tram": (town.tram, "blush f0a184 red d8412f mist 7fa3b4 night 2b2f57"),
    "town-hall": (town.town_hall, "sun f5bd55 rose e8787a violet 7a7bb8 indigo 2c2a5e"),
    "snow-roofs": (town.snow_roofs, "lamp f7bf45 rust c65a3e blue 6f9cc4 indigo 26305f"),
    "wind-turbines": (country.wind_turbines, "straw efbf4f sage 7da56a blue 5b9bb5 pine 1f4a57"),
    "orchard": (country.orchard, "straw f2c14e leaf 6fa15a apple d3402f sky 86b4bd pine 23463f"),
    "reading-room": (culture.reading_room, "amber f3b84e clay c9603c green 3e8068 umber 3b2a35"),
    "concert": (culture.concert, "flame f6a63a rose e2526f violet 5a4a9c night 1e1b3c"),
}


def draw(key):
    """Return the picture as JPEG bytes: 1800 x 1200, or 800 x 800 for a portrait."""
    if key in SCENES:
        scene, inks = SCENES[key]
        sheet = Sheet(key, inks)
        scene(sheet)
    else:
        *features, inks = PORTRAITS[key]
        sheet = Sheet(key, "skin {} hair {} cloth {} ground {}".format(*inks.split()), (800, 800))
        portrait(sheet, *features)
    return sheet.print_jpeg()
