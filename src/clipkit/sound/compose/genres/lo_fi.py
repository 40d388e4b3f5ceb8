"""Lo-fi: jazz chords on an electric piano, a lazy kit behind the beat, tape and dust."""

from __future__ import annotations

import numpy as np

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import KALIMBA, UPRIGHT, VIBES, Electric
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room, band, convolved
from clipkit.sound.compose.waves import RATE, Signal


def _tape(mix: Signal) -> Signal:
    """A tape that runs unevenly and has lost its treble. The wow has whole periods, so that the loop stays one."""
    count = mix.shape[1]
    share = np.arange(count) / count
    wow, flutter = max(round(0.5 * count / RATE), 1), max(round(6.3 * count / RATE), 1)
    late = 0.0009 * np.sin(2 * np.pi * wow * share) + 0.00008 * np.sin(2 * np.pi * flutter * share)
    place = np.arange(count) + late * RATE
    first = np.floor(place).astype(np.int64)
    rest = (place - first).astype(np.float32)
    bent = np.stack([side[first % count] * (1 - rest) + side[(first + 1) % count] * rest for side in mix])
    return convolved(bent.astype(np.float32), band(38.0, 9000.0))


GENRE = Genre(
    name="lo-fi",
    about="Jazz chords on an electric piano, a lazy kit behind the beat, tape and dust",
    tempo=(68, 88),
    favourite=78,
    scale="major",
    tonics=(0, 5, 3, 10, 7),
    home="Imaj9",
    progressions=(
        ("IVmaj7 iii7 ii9 Imaj9", "IVmaj9 V9,iii7 vi9 Imaj7"),
        ("ii9 V9 Imaj9 vi7", "ii9 V9 iii7 vi9"),
        ("Imaj9 vi9 ii9 V9", "IVmaj9 ivm7 iii7 vi9"),
    ),
    titles=(
        ("Rain on", "Tea on", "Dust on", "Snow on", "Light on"),
        ("the Sill", "the Shelf", "the Stairs", "the Roof"),
    ),
    names={"verse": "verse", "chorus": "chorus"},
    swing=0.28,
    room=Room(decay=1.5, damping=3500, predelay=0.01),
    echo=Echo(steps=6, feedback=0.4, high=2200),
    recovery=3.5,
    glue=0.9,
    colour=_tape,
    tracks=(
        Kit(
            lines=(
                Drums(
                    {
                        "v": ("X......x..X.....", "X......x..x..o.."),
                        "c": ("X.....x...X....o", "X..o......X..x.."),
                        "o": ("X.........x.....",),
                        "e": ("X...............",),
                    }
                ),
                Drums(
                    {
                        "v": ("X.........X.....", "X.....x...X....."),
                        "c": ("X......o..X.x...", "X.....x...X....."),
                        "o": ("X.........x.....",),
                        "e": ("X...............",),
                    }
                ),
            ),
            drum=drum.Kick(top=105, bottom=47, decay=0.13, click=0.15, drive=1.6),
            leads=True,
            level=-9,
            loose=0.004,
            high=6000,
        ),
        Kit(
            lines=(
                Drums(
                    {"vc": ("....X.......X..o", "....X..o....X..."), "o": ("....x.......x...",)},
                    fills=("....X..o..o.X.o.", "....X.....o.x.tX", "....X..o....X.oo"),
                    loose=0.3,
                ),
            ),
            drum=drum.Snare(tone=180, decay=0.06, bright=2300, crack=0.12),
            level=-12.5,
            room=-12,
            low=110,
            late=0.014,
            loose=0.005,
            curve=1.3,
        ),
        Kit(
            lines=(
                Drums({"vco": ("x.x.x.x.x.x.x.x.", "x.xox.x.x.xox.xo"), "i": ("..o...o...o...o.",)}, loose=0.25),
                Drums({"vco": ("x.o.x.o.x.o.x.oo", "x.o.x.o.x.oox.o."), "i": ("..o...o...o...o.",)}, loose=0.25),
            ),
            drum=drum.Cymbal(decay=0.028, edge=6200, metal=0.12),
            level=-19.5,
            pan=0.25,
            low=2500,
            late=0.004,
            loose=0.006,
        ),
        Kit(
            lines=(Drums({"ib": ("....x.......x...", "....x....o..x...")}, loose=0.2),),
            drum=drum.RIM,
            level=-22,
            pan=-0.25,
            room=-8,
            low=300,
            loose=0.006,
        ),
        Kit(lines=(Drums({"ivcboe": ("x...............",)}),), drum=drum.Dust(), level=-25, low=600, loose=0.1),
        Voice(
            lines=(
                Bass(
                    {
                        "v": ("1----.1---5-.3-.", "1----.1---5---8-"),
                        "c": ("1--.1-3-5--.3-1-", "1--.1-3-5---7-8-"),
                        "oe": ("1---------5-....",),
                    },
                    low=29,
                    approach=0.4,
                ),
                Bass(
                    {
                        "v": ("1-----..1---5-..", "1-----..5---3-1-"),
                        "c": ("1---5-.1..5-3-1-", "1---5-.1..5-7-8-"),
                        "oe": ("1---------5-....",),
                    },
                    low=29,
                    approach=0.4,
                ),
            ),
            instrument=UPRIGHT,
            level=-9.5,
            duck=0.25,
            low=36,
            high=2500,
            loose=0.006,
        ),
        Voice(
            lines=(
                Chords(
                    {"ivcob": ("x------..o-x----", "x----o----x---o-"), "e": ("x---------------",)},
                    low=52,
                    high=72,
                    size=4,
                    spread=0.1,
                ),
                Chords(
                    {"ivcob": ("x-----x---..x---", "x---------o-x---"), "e": ("x---------------",)},
                    low=52,
                    high=72,
                    size=4,
                    spread=0.1,
                ),
            ),
            instrument=Electric(tine=0.3, growl=2.1),
            level=-8.5,
            room=-10,
            echo=-20,
            duck=0.3,
            low=110,
            loose=0.007,
        ),
        Voice(
            lines=(
                Melody(
                    {"c": ("..x-x-x---..x---", "x-..x-x-..x-x---", "..x-x---x-x-....")},
                    rest=0.2,
                    scale="major pentatonic",
                    low=70,
                    high=88,
                    cadences=("x-x---x-----....", "..x-x-----------"),
                ),
            ),
            instrument=VIBES,
            level=-11.5,
            pan=0.15,
            room=-8,
            echo=-10,
            low=200,
            loose=0.01,
        ),
        Voice(
            lines=(
                Arpeggio(
                    {"vo": ("....1.2...3.....", "..2...3.4......."), "b": ("1..2..3.4..3..2.",)},
                    low=69,
                    high=86,
                    wander=0.25,
                ),
            ),
            instrument=KALIMBA,
            level=-17,
            pan=-0.35,
            room=-7,
            echo=-9,
            low=250,
            loose=0.009,
        ),
    ),
)
