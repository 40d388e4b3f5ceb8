"""House: four to the floor, off-beat hats, stabs and a rolling bass that pump with the kick."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import GLASS, Riser, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums, Mark
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

GENRE = Genre(
    name="house",
    about="Four to the floor, stabs and a rolling bass that pump with the kick",
    tempo=(118, 130),
    favourite=124,
    scale="minor",
    tonics=(9, 7, 5, 2, 0),
    home="im9",
    progressions=(
        ("im7 im7 bVImaj7 bVII", "im9 bVImaj7 bIIImaj7 bVII"),
        ("im7 ivm7 im7 vm7", "ivm9 bVII im9 bVImaj7"),
        ("im9 bVImaj9 im9 bVImaj9", "bVImaj9 bVII im9 im9"),
    ),
    titles=(("Last", "Night", "Glass", "Silver", "Paper", "Late"), ("Tram", "Terrace", "Lantern", "Ferry", "Mirror")),
    names={"verse": "build", "chorus": "drop"},
    swing=0.10,
    room=Room(decay=1.9, damping=6500, predelay=0.02),
    echo=Echo(steps=3, feedback=0.48),
    recovery=3.6,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {"iovc": ("X...X...X...X...",), "e": ("X...............",)},
                    fills=("X...X...X...X.x.", "X...X...X...X...", "X...X...X......."),
                ),
            ),
            drum=drum.Kick(top=170, bottom=49, decay=0.14, click=0.3),
            leads=True,
            level=-6.5,
        ),
        Kit(
            lines=(
                Drums(
                    {"vc": ("....X.......X...",), "o": ("....x.......x...",)},
                    fills=("....X.......X..o", "....X..o.o..X.xx"),
                ),
            ),
            drum=drum.Clap(),
            level=-13.5,
            room=-9,
            low=250,
            loose=0.002,
        ),
        Kit(
            lines=(Drums({"ivco": ("..X...X...X...X.",)}),),
            drum=drum.Cymbal(decay=0.11, edge=7600),
            level=-18,
            pan=0.12,
            low=3000,
            loose=0.0015,
        ),
        Kit(
            lines=(
                Drums({"vco": ("xoxoxoxoxoxoxoxo",), "ib": ("x.o.x.o.x.o.x.oo",)}, loose=0.15),
                Drums({"vco": ("xooxoxooxooxoxoo",), "ib": ("x..ox..ox..ox..o",)}, loose=0.15),
            ),
            drum=drum.Shaker(length=0.08),
            level=-22.5,
            pan=-0.4,
            room=-14,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"c": ("...o..o....o..x.", "...o..o..o.o..o.")}, loose=0.2),),
            drum=drum.CONGA,
            level=-22,
            pan=0.45,
            room=-10,
            loose=0.004,
        ),
        Kit(lines=(Mark("co"),), drum=drum.Cymbal(decay=0.7, edge=5200), level=-21, pan=-0.15, room=-8, low=400),
        Voice(lines=(Mark("c", lead=16),), instrument=Riser(), level=-20, room=-8, low=300),
        Voice(
            lines=(
                Bass({"vc": ("..1.-.1.1-..8.1.", "..1.-.1.8-..1.5."), "o": ("..1...1...1...1.",)}, low=33),
                Bass({"vc": ("..1-..1...1-.18.", "..1-..1...1-.1.1"), "o": ("..1...1...1...1.",)}, low=33),
                Bass({"vc": (".1.1..1..1.1..8.",), "o": ("..1...1...1...1.",)}, low=33),
            ),
            instrument=Synth(
                wave="saw",
                cutoff=520,
                sweep=2.2,
                sweep_time=0.09,
                decay=0.25,
                sustain=0.6,
                release=0.04,
                sub=0.0,
                drive=1.3,
            ),
            level=-8,
            duck=0.55,
            low=38,
            high=5000,
        ),
        Voice(
            lines=(
                Chords({"ivco": ("x..x..x..x..x.x.", "x..x..x..x..o.x.")}, low=57, high=77, size=4),
                Chords({"ivco": ("..x..x....x..x..", "..x..x....x.x...")}, low=57, high=77, size=4),
                Chords({"ivco": ("x..x....x..x..x.",)}, low=57, high=77, size=4),
            ),
            instrument=Synth(
                voices=2, detune=16, cutoff=950, sweep=3.0, sweep_time=0.11, decay=0.2, sustain=0.12, release=0.16
            ),
            level=-11,
            room=-9,
            echo=-15,
            duck=0.6,
            low=180,
        ),
        Voice(
            lines=(Chords({"cbe": ("x---------------",), "v": ("x---------------",)}, low=52, high=74, size=4),),
            instrument=Synth(voices=4, detune=22, cutoff=900, attack=0.12, decay=1, sustain=0.9, release=0.35),
            level=-12.5,
            room=-6,
            duck=0.75,
            low=220,
        ),
        Voice(
            lines=(
                Melody(
                    {"c": ("x..x..x---..x---", "x.x...x-..x.x---", "..x.x-..x.x.x---")},
                    rest=0.1,
                    scale="minor pentatonic",
                    low=69,
                    high=86,
                ),
            ),
            instrument=Synth(
                wave="square", cutoff=2000, sweep=1.2, sweep_time=0.2, decay=0.3, sustain=0.6, release=0.1, vibrato=9
            ),
            level=-12,
            pan=0.05,
            room=-9,
            echo=-9,
            duck=0.3,
            low=200,
        ),
        Voice(
            lines=(Arpeggio({"bvo": ("1.3.2.4.3.5.4.2.", "2.4.3.5.1.3.4.6.")}, low=67, high=84),),
            instrument=GLASS,
            level=-19,
            pan=-0.3,
            room=-6,
            echo=-8,
            duck=0.3,
            low=300,
        ),
    ),
)
