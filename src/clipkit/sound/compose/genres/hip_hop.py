"""Hip-hop: a heavy swung beat under a long bass, a loop of keys, a sparse lead."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import GLASS, PIANO, Electric, Sub, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums, Mark
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

GENRE = Genre(
    name="hip-hop",
    about="A heavy swung beat under a long bass, a loop of keys, a sparse lead",
    tempo=(80, 98),
    favourite=90,
    scale="minor",
    tonics=(2, 4, 5, 0, 9),
    home="im7",
    progressions=(
        ("im7 bVImaj7 ivm7 V7", "im7 bVImaj7 ivm7 V7"),
        ("im9 im9 bVImaj7 V7", "im9 bVII bVImaj7 V7"),
        ("im7 ivm9 im7 bVImaj7,V7", "ivm9 im9 bVImaj7 V7"),
    ),
    titles=(("Corner", "Concrete", "Midnight", "Second", "Brass"), ("Shop", "Avenue", "Static", "Ledger", "Floor")),
    names={"verse": "verse", "chorus": "hook"},
    swing=0.22,
    room=Room(decay=1.3, damping=4500, predelay=0.01),
    echo=Echo(steps=6, feedback=0.35, high=2500),
    recovery=2.2,
    glue=0.9,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "v": ("X..x......X.....", "X.....xx..X....."),
                        "c": ("X..x......X..x..", "X.....x...X..x.."),
                        "o": ("X.........X.....",),
                        "e": ("X...............",),
                    },
                    fills=("X..x......X.....", "X.........X.X..."),
                ),
                Drums(
                    {
                        "v": ("X......x..X.....", "X......x.xX....."),
                        "c": ("X.x....x..X.....", "X.x....x..X..xx."),
                        "o": ("X.........X.....",),
                        "e": ("X...............",),
                    },
                    fills=("X......x..X.....", "X.x.......X....."),
                ),
            ),
            drum=drum.Kick(top=135, bottom=46, decay=0.17, click=0.35, drive=2.4),
            leads=True,
            level=-7.5,
            loose=0.002,
        ),
        Kit(
            lines=(
                Drums(
                    {"vc": ("....X..o....X...", "....X....o..X..o"), "o": ("....X.......X...",)},
                    fills=("....X.....oxX.xX", "....X.......X.rX", "....X...o.x.X.tX"),
                    loose=0.25,
                ),
            ),
            drum=drum.Snare(tone=205, decay=0.085, bright=3000, wires=0.9),
            level=-10,
            room=-11,
            low=120,
            late=0.006,
            loose=0.003,
            curve=1.3,
        ),
        Kit(
            lines=(Drums({"c": ("....X.......X...",)}),),
            drum=drum.Clap(bright=1300),
            level=-17,
            room=-9,
            low=300,
            late=0.01,
            loose=0.003,
        ),
        Kit(
            lines=(
                Drums(
                    {
                        "vo": ("x.x.x.x.x.x.x.x.", "x.x.x.xox.x.x.x."),
                        "c": ("x.x.xrx.x.xox.t.", "x.xox.x.xrx.x.x."),
                        "i": ("x.o.x.o.x.o.x.o.",),
                    },
                    loose=0.15,
                ),
                Drums(
                    {
                        "vo": ("x.xox.x.x.xox.xo",),
                        "c": ("x.x.t.x.x.xxx.r.", "x.x.x.r.x.x.xxt."),
                        "i": ("x.o.x.o.x.o.x.o.",),
                    },
                    loose=0.15,
                ),
            ),
            drum=drum.Cymbal(decay=0.03, edge=7200),
            level=-19.5,
            pan=0.2,
            low=3000,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"vc": ("..............x.", "................")}),),
            drum=drum.Cymbal(decay=0.12),
            level=-22,
            pan=0.2,
            low=3000,
        ),
        Kit(lines=(Mark("co"),), drum=drum.Cymbal(decay=0.6, edge=4600), level=-23, pan=-0.3, room=-10, low=400),
        Voice(
            lines=(
                Bass(
                    {
                        "v": ("1-----1---1---..", "1-----1---1-..5-"),
                        "c": ("1--1----..1--1--", "1--1----..1-5-8-"),
                        "oe": ("1---------1-....",),
                    },
                    low=28,
                    approach=0.35,
                ),
                Bass(
                    {
                        "v": ("1------1--1---..", "1------1--1---8-"),
                        "c": ("1-1----1--1---..", "1-1----1--1-3-5-"),
                        "oe": ("1---------1-....",),
                    },
                    low=28,
                    approach=0.35,
                ),
            ),
            instrument=Sub(),
            level=-7,
            duck=0.45,
            low=32,
            high=1600,
            loose=0.002,
        ),
        Voice(
            lines=(
                Arpeggio({"ivco": ("1-3-4--3-2-4--3-", "1-3-4--5-4-3--2-")}, low=60, high=80, ring=1.4),
                Arpeggio({"ivco": ("4--3--2---3-2-1-", "4--3--2---1-2-3-")}, low=60, high=80, ring=1.4),
                Arpeggio({"ivco": ("1--2--3-4-----3-", "1--2--3-5-----4-")}, low=60, high=80, ring=1.4),
            ),
            instrument=PIANO,
            level=-12,
            pan=0.15,
            room=-9,
            echo=-16,
            duck=0.2,
            low=180,
            high=6500,
            loose=0.006,
        ),
        Voice(
            lines=(
                Chords(
                    {
                        "ivcobe": ("x---------------",),
                    },
                    low=50,
                    high=70,
                    size=4,
                    spread=0.12,
                ),
            ),
            instrument=Electric(tine=0.1),
            level=-13.5,
            room=-11,
            duck=0.25,
            low=110,
            high=5000,
            loose=0.005,
        ),
        Voice(
            lines=(Chords({"c": ("x---------------",)}, low=62, high=82, size=3),),
            instrument=Synth(voices=4, detune=16, cutoff=1500, attack=0.22, decay=1, sustain=0.9, release=0.4),
            level=-18,
            room=-7,
            duck=0.3,
            low=300,
        ),
        Voice(
            lines=(
                Melody(
                    {"c": ("x--x---x--x---..", "....x-x---x-x---", "x-----x-x--x--..")},
                    rest=0.25,
                    scale="minor pentatonic",
                    low=69,
                    high=84,
                ),
            ),
            instrument=Synth(
                wave="triangle",
                cutoff=2600,
                attack=0.02,
                decay=0.5,
                sustain=0.75,
                release=0.12,
                vibrato=18,
                glide=0.8,
                breath=0.05,
            ),
            level=-11.5,
            pan=-0.1,
            room=-8,
            echo=-9,
            low=250,
            loose=0.006,
        ),
        Voice(
            lines=(Mark("co", length=6, hard=0.6),),
            instrument=GLASS,
            level=-26,
            room=-4,
            echo=-8,
            low=300,
        ),
    ),
)
