"""Latin: clave, congas and a tumbao bass, piano in montuno, brass that answers."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import MARIMBA, NYLON, PIANO, UPRIGHT, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums, Mark
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Room

GENRE = Genre(
    name="latin",
    about="Clave, congas and a tumbao bass, piano in montuno, brass that answers",
    tempo=(92, 114),
    favourite=102,
    scale="harmonic minor",
    tonics=(9, 2, 7, 0),
    home="im6",
    progressions=(
        ("im7 ivm7 V7 im7", "im7 bVII7 bVImaj7 V7"),
        ("im7 V7 V7 im7", "ivm7 im7 V7 im6"),
        ("im6 im6 ivm7 V7", "bVImaj7 V7 im7 im7,V7"),
    ),
    titles=(("Plaza", "Orange", "Salt", "Harbour", "August"), ("Blanca", "Street", "Breeze", "Dance", "Nights")),
    room=Room(decay=1.2, damping=5500, predelay=0.012),
    glue=0.7,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "vc": ("X..x..x.X..x..x.", "X..x..x.X..x...."),
                        "i": ("X.......X.......",),
                        "o": ("X..x..x.X..x....",),
                        "e": ("X...............",),
                    }
                ),
                Drums(
                    {
                        "vc": ("X...X...X...X...",),
                        "i": ("X.......X.......",),
                        "o": ("X...X...X...X...",),
                        "e": ("X...............",),
                    }
                ),
            ),
            drum=drum.Kick(top=110, bottom=54, decay=0.10, click=0.2),
            leads=True,
            level=-11.5,
            loose=0.002,
        ),
        Kit(
            # Son clave, three and two.
            lines=(
                Drums({"ivcoe": ("x.....x.....x...", "....x...x.......")}),
                Drums({"ivcoe": ("x..x..x.........", "....x...x.......")}),
                Drums({"ivcoe": ("x..x..x...x.x...",)}),
            ),
            drum=drum.CLAVE,
            level=-18.5,
            pan=-0.35,
            room=-8,
            low=600,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"vco": ("o..xo.XXo..xo.XX", "o..xo.XXo.xxo.XX"), "ib": ("....o...o...x.x.",)}, loose=0.15),),
            drum=drum.CONGA,
            level=-13.5,
            pan=0.3,
            room=-11,
            loose=0.004,
            curve=1.3,
        ),
        Kit(
            lines=(Drums({"vco": ("........x.....xx", "........x..x..x.")}),),
            drum=drum.CONGA_LOW,
            level=-16,
            pan=0.4,
            room=-11,
            loose=0.004,
        ),
        Kit(
            lines=(Drums({"vco": ("....X.......X...", "....X.......X..x")}),),
            drum=drum.SLAP,
            level=-17,
            pan=0.25,
            room=-10,
            loose=0.004,
        ),
        Kit(
            lines=(Drums({"vco": ("xooxxooxxooxxoox",), "i": ("x..ox..ox..ox..o",)}, loose=0.2),),
            drum=drum.Shaker(length=0.06, bright=9000),
            level=-17.5,
            pan=-0.5,
            low=2000,
            loose=0.004,
        ),
        Kit(
            lines=(Drums({"c": ("x...x.x.x...x.x.",)}),),
            drum=drum.COWBELL,
            level=-21,
            pan=-0.15,
            room=-10,
            low=400,
            loose=0.003,
        ),
        Kit(
            lines=(Drums({"v": ("x-----..x.x.....",)}),),
            drum=drum.Shaker(length=0.22, scrapes=14, bright=3600, octaves=0.9, peak=0.6),
            level=-23,
            pan=0.55,
            room=-12,
            low=800,
            loose=0.004,
        ),
        Kit(
            lines=(
                Drums(
                    {"vco": ("................",)},
                    fills=("........x.xxXXXX", "..x..x..X.x.XrXX", "........tt..XxxX", "....x.x.x.xxXX.X"),
                ),
            ),
            drum=drum.TIMBALE,
            level=-14.5,
            pan=-0.2,
            room=-8,
            loose=0.003,
        ),
        Kit(lines=(Mark("co"),), drum=drum.Cymbal(decay=0.6, edge=4800), level=-21, pan=-0.3, room=-8, low=400),
        Voice(
            lines=(
                # Tumbao: the bass leaves the first beat to the others and comes before the next chord.
                Bass(
                    {
                        "v": ("1-----5-----8-..", "1-----5-----5-.."),
                        "c": ("1--..-5--.--8---", "1-----5-----7---"),
                        "oe": ("1-----5-----1---",),
                    },
                    low=31,
                    approach=0.2,
                ),
                Bass(
                    {
                        "v": ("1--1..5-1--1..5-",),
                        "c": ("1--1..5-1--1..8-", "1--1..5-1--5..3-"),
                        "oe": ("1--1..5-1-------",),
                    },
                    low=31,
                    approach=0.2,
                ),
            ),
            instrument=UPRIGHT,
            level=-7.5,
            low=38,
            high=3200,
            loose=0.004,
        ),
        Voice(
            lines=(
                Chords(
                    {"vc": ("x-x..x.x..x..x.x", ".x.x..x.x-.x..x."), "e": ("x---------------",)},
                    low=60,
                    high=79,
                    size=3,
                    spread=0.02,
                ),
                Chords(
                    {"vc": ("x.x.x..x.x.x.x..", "x.xx.x.x.xx.x.x."), "e": ("x---------------",)},
                    low=60,
                    high=79,
                    size=3,
                    spread=0.02,
                ),
            ),
            instrument=PIANO,
            level=-10,
            pan=-0.15,
            room=-11,
            low=150,
            loose=0.004,
        ),
        Voice(
            lines=(
                Chords(
                    {
                        "iv": ("x..xo.x.x..xo.x.", "x..xo.xox..xo.xo"),
                        "co": ("x..xo.xox.xxo.xo",),
                        "b": ("x-------x-------",),
                    },
                    low=52,
                    high=72,
                    size=4,
                    spread=0.14,
                ),
                Arpeggio(
                    {"ivbo": ("1.3.2.4.3.4.2.3.", "1.2.3.4.3.2.4.3."), "c": ("1.3.2.4.3.4.2.3.",)},
                    low=55,
                    high=76,
                    ring=1.5,
                ),
            ),
            instrument=NYLON,
            level=-10.5,
            pan=0.3,
            room=-10,
            low=110,
            loose=0.004,
        ),
        Voice(
            lines=(
                Melody({"v": ("x-x-x--x--x---..", "..x-x-x-x--x---.", "x--x--x-x-x---..")}, low=67, high=84, rest=0.15),
            ),
            instrument=MARIMBA,
            level=-11.5,
            pan=0.1,
            room=-9,
            low=200,
            loose=0.004,
        ),
        Voice(
            lines=(
                Melody({"c": ("x--x--x---x-x---", "..x-x-x---x-x-..", "x-x.x--x--x---..")}, low=67, high=84, rest=0.1),
            ),
            instrument=Synth(
                wave="saw",
                voices=2,
                detune=11,
                width=0.5,
                cutoff=1500,
                sweep=1.5,
                sweep_time=0.12,
                attack=0.02,
                decay=0.5,
                sustain=0.75,
                release=0.08,
                vibrato=10,
                glide=0.5,
            ),
            level=-10.5,
            room=-9,
            low=200,
            high=7000,
            loose=0.004,
        ),
        Voice(
            lines=(
                Chords(
                    {
                        "c": ("................", "............x.x-", "................", "....x.x.....x.x-"),
                        "oe": ("x---............",),
                    },
                    low=60,
                    high=79,
                    size=3,
                ),
            ),
            instrument=Synth(
                wave="saw",
                voices=3,
                detune=16,
                cutoff=1700,
                sweep=1.8,
                sweep_time=0.1,
                attack=0.018,
                decay=0.3,
                sustain=0.6,
                release=0.08,
            ),
            level=-13.5,
            pan=-0.1,
            room=-9,
            low=200,
            high=8000,
            loose=0.004,
        ),
    ),
)
