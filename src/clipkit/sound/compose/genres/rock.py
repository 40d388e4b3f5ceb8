"""Rock: distorted guitars left and right, a driving bass, drums in a room, a lead that bends."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import STEEL, String, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

_RHYTHM = (
    Chords(
        {
            "v": ("x-.xx-.xx-.xx-.x", "x-.xx-.xx-.xx-x-"),
            "c": ("X--X--X-X--X--X-", "X--X--X-X-X-X-X-"),
            "o": ("X-------X-------",),
            "e": ("X---------------",),
        },
        low=40,
        power=True,
    ),
    Chords(
        {
            "v": ("x.x.x.x.x.x.x.x.",),
            "c": ("X-----X-X---X---", "X-----X-X-X-X-X-"),
            "o": ("X-------X-------",),
            "e": ("X---------------",),
        },
        low=40,
        power=True,
    ),
)
_GUITAR = String(place=0.13, damping=0.035, speed=0.9, ring=2.4, release=0.05, thump=0.2)

GENRE = Genre(
    name="rock",
    about="Distorted guitars left and right, a driving bass, drums in a room, a lead that bends",
    tempo=(122, 152),
    favourite=138,
    scale="minor",
    tonics=(4, 9, 2, 7),
    home="i5",
    progressions=(
        ("im bVII bVI bVII", "bVI bIII bVII im"),
        ("im im bIII bVII", "im bVI bIII bVII"),
        ("im bVI bVII im", "bIII bVII im bVI,bVII"),
    ),
    titles=(("Gravel", "Iron", "Loud", "Burning", "Highway"), ("Radio", "Season", "Machine", "Saints", "Thunder")),
    room=Room(decay=1.1, damping=5500, predelay=0.008),
    echo=Echo(steps=6, feedback=0.35),
    glue=1.0,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "v": ("X.......X.X.....", "X.x.....X......."),
                        "c": ("X.X...X.X.X...x.", "X.X...X.X.X....."),
                        "i": ("X...X...X...X...",),
                        "o": ("X.......X.......",),
                        "e": ("X...............",),
                    },
                    fills=("X.......X...X...", "X.X.....X......."),
                ),
                Drums(
                    {
                        "v": ("X.....x.X.......", "X.....x.X.x....."),
                        "c": ("X...x.X.X...x.X.", "X.x...X.X.x...x."),
                        "i": ("X...X...X...X...",),
                        "o": ("X.......X.......",),
                        "e": ("X...............",),
                    },
                    fills=("X...X...X...X...", "X.......X......."),
                ),
            ),
            drum=drum.Kick(top=120, bottom=56, decay=0.11, click=0.5, drive=1.7),
            leads=True,
            level=-9.5,
            room=-15,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {"vco": ("....X.......X...", "....X..o....X...")},
                    fills=("....X...XXxxxxXX", "....X.x.X.x.....", "X.xxX.xxX.xx....", "....X...xxxxXXXX"),
                    loose=0.15,
                ),
            ),
            drum=drum.Snare(tone=185, decay=0.095, bright=3300, wires=0.9, crack=0.4),
            level=-10,
            room=-6,
            low=110,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {"vc": ("................",)},
                    fills=("............xx..", "..........xxx...", "............x.x.", "................"),
                ),
            ),
            drum=drum.TOM,
            level=-15,
            pan=-0.3,
            room=-6,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {"vc": ("................",)},
                    fills=("..............XX", ".............xX.", "..............xX", "................"),
                ),
            ),
            drum=drum.TOM_LOW,
            level=-14,
            pan=0.35,
            room=-6,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {
                        "i": ("x.x.x.x.x.x.x.x.",),
                        "v": ("x.x.x.x.x.x.x.x.", "x.x.x.xox.x.x.x."),
                        "o": ("x...x...x...x...",),
                    },
                    loose=0.1,
                ),
            ),
            drum=drum.Cymbal(decay=0.045, edge=6800, metal=0.3),
            level=-20,
            pan=0.3,
            low=2500,
            room=-14,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"c": ("X.x.X.x.X.x.X.x.",)}),),
            drum=drum.Cymbal(decay=0.3, edge=5200, ping=0.1),
            level=-18,
            pan=0.35,
            low=1200,
            room=-12,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"c": ("X...............", "................"), "oe": ("X...............",)}),),
            drum=drum.Cymbal(decay=0.75, edge=4300),
            level=-18.5,
            pan=-0.35,
            room=-8,
            low=350,
            loose=0.002,
        ),
        Voice(
            lines=(
                Bass(
                    {
                        "v": ("1.1.1.1.1.1.1.1.", "1.1.1.1.1.1.1.5."),
                        "c": ("1-1-1-1-1-1-1-1-", "1-1-1-1-1-1-5-8-"),
                        "oe": ("1-------1-------",),
                    },
                    low=28,
                    approach=0.35,
                ),
                Bass(
                    {
                        "v": ("1--11--11--11--1", "1--11--11--15-3-"),
                        "c": ("1-1-1-1-1-1-1-1-", "1-1-1-1-5-5-8-7-"),
                        "oe": ("1-------1-------",),
                    },
                    low=28,
                    approach=0.35,
                ),
            ),
            instrument=String(place=0.16, damping=0.05, speed=1.6, ring=1.1, release=0.05, thump=0.3, drive=1.6),
            level=-9,
            low=40,
            high=3800,
            loose=0.003,
        ),
        # The same part twice, played twice: one guitar on each side.
        Voice(
            lines=_RHYTHM,
            instrument=_GUITAR,
            level=-11.5,
            pan=-0.75,
            room=-15,
            low=95,
            high=4300,
            drive=3.4,
            loose=0.005,
        ),
        Voice(
            lines=_RHYTHM,
            instrument=_GUITAR,
            level=-11.5,
            pan=0.75,
            room=-15,
            low=95,
            high=4600,
            drive=3.0,
            loose=0.005,
        ),
        Voice(
            lines=(
                Arpeggio(
                    {"iv": ("1-2-3-4-3-2-3-4-", "1-3-2-4-3-5-4-2-"), "b": ("1-2-3-4-3-2-3-4-",)},
                    low=57,
                    high=77,
                    ring=1.6,
                ),
                Arpeggio(
                    {"iv": ("1-3-4-3-2-3-4-3-", "1-3-4-5-4-3-2-3-"), "b": ("1-2-3-4-3-2-3-4-",)},
                    low=57,
                    high=77,
                    ring=1.6,
                ),
            ),
            instrument=STEEL,
            level=-14.5,
            pan=0.2,
            room=-8,
            echo=-14,
            low=150,
            loose=0.005,
        ),
        Voice(
            lines=(
                Melody(
                    {"c": ("x---x-x-x---x-x-", "x-x-x---x-x-x---", "x-----x-x---x---")},
                    scale="minor pentatonic",
                    low=64,
                    high=83,
                    cadences=("x---x---x-------", "x-x-x-----------"),
                ),
            ),
            instrument=Synth(
                wave="saw",
                cutoff=2400,
                sweep=0.8,
                sweep_time=0.4,
                attack=0.008,
                decay=1.2,
                sustain=0.8,
                release=0.08,
                vibrato=28,
                glide=1.6,
                drive=2.6,
            ),
            level=-10.5,
            pan=0.05,
            room=-8,
            echo=-11,
            low=200,
            high=5500,
            loose=0.005,
        ),
        Voice(
            lines=(Chords({"cbe": ("x---------------",)}, low=55, high=74, size=3),),
            instrument=Synth(
                wave="organ", voices=2, detune=8, cutoff=2600, attack=0.03, decay=1, sustain=0.95, release=0.15
            ),
            level=-18,
            room=-8,
            low=200,
        ),
    ),
)
