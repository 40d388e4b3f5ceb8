"""Drum and bass: a broken beat at a run, a growling bass under wide pads, half the pace on top."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import GLASS, Riser, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums, Mark
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

GENRE = Genre(
    name="drum-and-bass",
    about="A broken beat at a run, a growling bass under wide pads",
    tempo=(166, 180),
    favourite=174,
    scale="minor",
    tonics=(5, 4, 7, 2, 9),
    home="im9",
    progressions=(
        ("im9 im9 bVImaj7 bVII", "im9 im9 bVImaj9 bVII"),
        ("im9 bIIImaj7 bVII ivm9", "bVImaj9 bVII im9 bIIImaj7"),
        ("bVImaj9 bVImaj9 im9 im9", "im9 vm7 bVImaj9 ivm9"),
    ),
    titles=(("Under", "Black", "Northern", "Cold", "Fast"), ("Current", "Signal", "Line", "Weather", "Water")),
    names={"verse": "build", "chorus": "drop"},
    swing=0.04,
    room=Room(decay=2.0, damping=6000, predelay=0.015),
    echo=Echo(steps=6, feedback=0.45),
    recovery=2.0,
    glue=0.9,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "vc": ("X.........X.....", "X.........X..x.."),
                        "i": ("X...............",),
                        "o": ("X.........X.....",),
                        "e": ("X...............",),
                    },
                    fills=("X.........X...x.", "X.....x...X....."),
                ),
                Drums(
                    {
                        "vc": ("X.........X.....", "X.x.......X....."),
                        "i": ("X...............",),
                        "o": ("X.........X.....",),
                        "e": ("X...............",),
                    },
                    fills=("X.........X.X...", "X.x.......X....."),
                ),
            ),
            drum=drum.Kick(top=180, bottom=55, decay=0.095, click=0.4, drive=2.2),
            leads=True,
            level=-8.5,
            loose=0.001,
        ),
        Kit(
            lines=(
                Drums(
                    {"vco": ("....X..o.o..X..o", "....X..o.o..X.o.")},
                    fills=("....X..o.o.xX.rX", "....X.oxo.x.XxrX", "....X..x.ox.tXXX"),
                    loose=0.25,
                ),
                Drums(
                    {"vco": ("....X....o..X.o.", "....X..o....X..o")},
                    fills=("....X.xo.x..XrrX", "....X..o.o.xXxXX", "....X....xx.X.rr"),
                    loose=0.25,
                ),
            ),
            drum=drum.Snare(tone=215, decay=0.07, bright=4200, wires=0.95, crack=0.45),
            level=-9,
            room=-10,
            low=130,
            loose=0.0015,
            curve=1.35,
        ),
        Kit(
            lines=(
                Drums({"vco": ("x.o.x.o.x.o.x.o.", "x.oox.o.xoo.x.oo"), "ib": ("x...x...x...x...",)}, loose=0.2),
                Drums({"vco": ("xoxoxoxoxoxoxoxo", "xoxoxorxoxoxoxro"), "ib": ("x.o.x.o.x.o.x.o.",)}, loose=0.2),
            ),
            drum=drum.Cymbal(decay=0.03, edge=8200),
            level=-19,
            pan=0.2,
            low=3500,
            loose=0.0015,
        ),
        Kit(
            lines=(Drums({"c": ("x.x.x.x.x.x.x.x.",)}),),
            drum=drum.Cymbal(decay=0.25, edge=5800, ping=0.12),
            level=-22,
            pan=-0.25,
            low=1500,
            loose=0.002,
        ),
        Kit(lines=(Mark("co"),), drum=drum.Cymbal(decay=0.8, edge=4800), level=-20, pan=0.15, room=-8, low=400),
        Voice(lines=(Mark("c", lead=32),), instrument=Riser(), level=-20, room=-8, low=300),
        Voice(
            lines=(
                Bass(
                    {
                        "c": ("1-----1--1----8-", "1-----1--5----7-"),
                        "v": ("1---------------",),
                        "oe": ("1---------1-----",),
                    },
                    low=29,
                    approach=0.2,
                ),
                Bass(
                    {
                        "c": ("1--1--1---1--1--", "1--1--1---8--5--"),
                        "v": ("1---------------",),
                        "oe": ("1---------1-----",),
                    },
                    low=29,
                    approach=0.2,
                ),
                Bass(
                    {
                        "c": ("1---------1---5-", "..1---1-..1---8-"),
                        "v": ("1---------------",),
                        "oe": ("1---------1-----",),
                    },
                    low=29,
                    approach=0.2,
                ),
            ),
            instrument=Synth(
                voices=3,
                detune=34,
                width=0.35,
                cutoff=420,
                sweep=1.4,
                sweep_time=0.3,
                decay=0.8,
                sustain=0.75,
                release=0.05,
                sub=0.9,
                drive=1.6,
            ),
            level=-7.5,
            duck=0.5,
            low=34,
            high=4200,
        ),
        Voice(
            lines=(Chords({"ivcboe": ("x---------------",)}, low=53, high=75, size=4),),
            instrument=Synth(voices=4, detune=24, cutoff=1250, attack=0.15, decay=1, sustain=0.9, release=0.5),
            level=-12.5,
            room=-6,
            duck=0.35,
            low=220,
        ),
        Voice(
            lines=(
                Arpeggio({"ivbo": ("1..3..2..4..3.5.", "1..2..4..3..5.4.")}, low=65, high=84),
                Arpeggio({"ivbo": ("1.3...4...2.3...", "2.4...5...3.4...")}, low=65, high=84),
            ),
            instrument=GLASS,
            level=-15,
            pan=-0.2,
            room=-6,
            echo=-8,
            low=300,
            loose=0.002,
        ),
        Voice(
            lines=(Chords({"c": ("..x...x.....x...", "..x.....x.....x.")}, low=60, high=79, size=4),),
            instrument=Synth(
                voices=2, detune=15, cutoff=1300, sweep=2.5, sweep_time=0.12, decay=0.18, sustain=0.1, release=0.2
            ),
            level=-15,
            pan=0.1,
            room=-6,
            echo=-9,
            duck=0.3,
            low=250,
        ),
        Voice(
            lines=(
                Melody(
                    {"c": ("x-------x---x---", "x-----x---x-----", "....x---x-----x-")},
                    scale="minor pentatonic",
                    low=70,
                    high=86,
                ),
            ),
            instrument=Synth(
                wave="saw",
                voices=2,
                detune=14,
                width=0.5,
                cutoff=2600,
                attack=0.03,
                decay=0.6,
                sustain=0.75,
                release=0.2,
                vibrato=14,
            ),
            level=-12.5,
            room=-6,
            echo=-9,
            duck=0.2,
            low=300,
        ),
    ),
)
