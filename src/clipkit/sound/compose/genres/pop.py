"""Pop: bright plucks and wide pads over a plain beat, a tune one can sing, a chorus that lifts."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import PIANO, Riser, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums, Echoed, Mark
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

_TUNE = Melody(
    {
        "v": ("x-x-x--.x-x---..", "x--.x-x-x---x-..", "..x-x-x-x--.x-x-"),
        "c": ("x--x--x-x---x-x-", "x-x-x--x--x-x---", "x---x-x-x--x--x-"),
    },
    cadences=("x--x--x---------", "x-x-x-----------", "x---x-x-------.."),
    scale="major pentatonic",
    low=67,
    high=84,
)

GENRE = Genre(
    name="pop",
    about="Bright plucks and wide pads, a tune one can sing, a chorus that lifts",
    tempo=(96, 124),
    favourite=110,
    scale="major",
    tonics=(9, 2, 4, 7, 0),
    home="Iadd9",
    progressions=(
        ("vi IV I V", "I V vi IV"),
        ("I vi IV V", "IVadd9 V vi I"),
        ("IVadd9 I vi V", "IV V iii,V vi"),
        ("vi7 V IVadd9 IVadd9", "I V ii7 IV"),
    ),
    titles=(("Balcony", "Paper", "Summer", "Window", "Golden", "Borrowed"), ("Lights", "Planes", "Hearts", "Letters")),
    room=Room(decay=1.7, damping=6500, predelay=0.018),
    echo=Echo(steps=3, feedback=0.4),
    recovery=3.0,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "v": ("X.......X.x.....",),
                        "c": ("X..x....X.x...x.", "X..x....X.x....."),
                        "o": ("X.......X.......",),
                        "e": ("X...............",),
                    },
                    fills=("X.......X.......", "X..x....X...X..."),
                ),
                Drums(
                    {
                        "v": ("X.....x.X.......",),
                        "c": ("X.....x.X..x..x.", "X.....x.X..x...."),
                        "o": ("X.......X.......",),
                        "e": ("X...............",),
                    },
                    fills=("X.......X.......", "X.....x.X...X..."),
                ),
            ),
            drum=drum.Kick(top=140, bottom=52, decay=0.13),
            leads=True,
            level=-8,
            loose=0.001,
        ),
        Kit(
            lines=(
                Drums(
                    {"v": ("....X.......X...",), "co": ("....X.......X..o", "....X..o....X...")},
                    fills=("....X...x.x.xxXX", "....X.....x.xrXX", "....X..x..x.X.xx"),
                    loose=0.2,
                ),
            ),
            drum=drum.Snare(tone=195, decay=0.075),
            level=-11.5,
            room=-9,
            low=110,
            loose=0.002,
        ),
        Kit(
            lines=(Drums({"c": ("....X.......X...",)}),),
            drum=drum.Clap(),
            level=-16,
            room=-8,
            low=300,
            pan=0.1,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {
                        "vo": ("x.o.x.o.x.o.x.o.",),
                        "i": ("..o...o...o...o.",),
                        "c": ("x.xox.xox.xox.xo", "x.xox.xox.xox.r."),
                    },
                    loose=0.15,
                ),
                Drums(
                    {
                        "vo": ("x.x.x.x.x.x.x.x.",),
                        "i": ("..o...o...o...o.",),
                        "c": ("xoxoxoxoxoxoxoxo", "xoxoxoxoxoxoxoro"),
                    },
                    loose=0.15,
                ),
            ),
            drum=drum.Cymbal(decay=0.035),
            level=-20.5,
            pan=0.25,
            low=3000,
            loose=0.002,
        ),
        Kit(
            lines=(Drums({"c": ("..x...x...x...x.",)}),),
            drum=drum.Shaker(jingle=0.5, bright=8000),
            level=-25,
            pan=-0.35,
            room=-14,
            loose=0.003,
        ),
        Kit(lines=(Mark("co"),), drum=drum.Cymbal(decay=0.8, edge=5000), level=-21, pan=-0.2, room=-10, low=400),
        Voice(lines=(Mark("c", lead=16),), instrument=Riser(), level=-22, room=-8, low=300),
        Voice(
            lines=(
                Bass(
                    {
                        "v": ("1---..1-1-----..",),
                        "c": ("1--1--1-1--1--1-", "1--1--1-1-5-8-5-"),
                        "oe": ("1-------1-------",),
                    },
                    low=33,
                ),
                Bass(
                    {
                        "v": ("1-----1-1---..5-",),
                        "c": ("1-1-1-1-1-1-1-1-", "1-1-1-1-1-1-5-3-"),
                        "oe": ("1-------1-------",),
                    },
                    low=33,
                ),
            ),
            instrument=Synth(
                wave="saw", cutoff=560, sweep=1.6, sweep_time=0.14, decay=0.5, sustain=0.6, release=0.04, drive=1.2
            ),
            level=-8,
            duck=0.4,
            low=38,
            high=5000,
            loose=0.001,
        ),
        Voice(
            lines=(
                Arpeggio({"ivco": ("1.3.4.2.3.4.2.3.", "1.2.4.3.2.4.3.5.")}, low=64, high=82),
                Arpeggio({"ivco": ("1.2.3.4.3.2.3.4.", "1.3.2.4.5.4.3.2.")}, low=64, high=82),
                Arpeggio({"ivco": ("1..3..4..2..3.4.", "2..3..4..1..3.5.")}, low=64, high=82),
            ),
            instrument=Synth(
                voices=2,
                detune=9,
                width=0.6,
                cutoff=1300,
                sweep=3.2,
                sweep_time=0.1,
                decay=0.26,
                sustain=0.06,
                release=0.2,
            ),
            level=-13,
            room=-9,
            echo=-12,
            duck=0.25,
            low=220,
            loose=0.0015,
        ),
        Voice(
            lines=(
                Chords(
                    {"ivbe": ("x---------------",), "o": ("x-------x-------",), "c": ("x---x---x---x---",)},
                    low=52,
                    high=73,
                    spread=0.04,
                ),
            ),
            instrument=PIANO,
            level=-13,
            room=-11,
            duck=0.15,
            low=120,
            loose=0.003,
        ),
        Voice(
            lines=(Chords({"ivcbe": ("x---------------",)}, low=55, high=77, size=4),),
            instrument=Synth(voices=4, detune=18, cutoff=1100, attack=0.1, decay=1, sustain=0.9, release=0.4),
            level=-13,
            room=-6,
            duck=0.5,
            low=220,
        ),
        Voice(
            lines=(_TUNE,),
            instrument=Synth(
                wave="square",
                cutoff=2300,
                sweep=0.8,
                sweep_time=0.3,
                attack=0.01,
                decay=0.4,
                sustain=0.7,
                release=0.09,
                vibrato=14,
            ),
            level=-10.5,
            room=-9,
            echo=-13,
            low=200,
            loose=0.003,
        ),
        Voice(
            lines=(Echoed(_TUNE, octaves=1, hard=0.8),),
            instrument=Synth(wave="triangle", voices=2, detune=10, cutoff=4000, decay=0.4, sustain=0.5, release=0.1),
            level=-18,
            room=-7,
            pan=-0.2,
            low=300,
        ),
    ),
)
