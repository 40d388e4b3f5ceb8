"""Ambient: slow pads that open and close, glass and piano over a soft pulse, much space."""

from __future__ import annotations

from clipkit.sound.compose import percussion as drum
from clipkit.sound.compose.genre import Genre, Kit, Voice
from clipkit.sound.compose.instruments import GLASS, KALIMBA, PIANO, Sub, Synth
from clipkit.sound.compose.lines import Arpeggio, Bass, Chords, Drums
from clipkit.sound.compose.melody import Melody
from clipkit.sound.compose.space import Echo, Room

GENRE = Genre(
    name="ambient",
    about="Slow pads, glass and piano over a soft pulse, much space",
    tempo=(58, 76),
    favourite=66,
    scale="lydian",
    tonics=(2, 5, 9, 0, 7),
    home="Iadd9",
    progressions=(
        ("Imaj9 vi9 Iadd9 II", "Imaj9 II vi9 iii7"),
        ("vi9 Imaj9 iii7 II", "vi9 II Imaj9 Imaj9"),
        ("Iadd9 iii7 vi9 II", "Imaj9 iii7 Imaj9 II"),
    ),
    titles=(("Slow", "Distant", "Morning", "Pale", "Inner"), ("Tide", "Orbit", "Snowfall", "Lake", "Horizon")),
    names={"verse": "drift", "chorus": "bloom", "break": "still"},
    room=Room(decay=4.2, damping=4200, predelay=0.03),
    echo=Echo(steps=6, feedback=0.55, high=2800),
    recovery=6.0,
    glue=0.5,
    tracks=(
        Kit(
            lines=(
                Drums({"vco": ("X.......x.......",), "ib": ("x...............",), "e": ("x...............",)}),
                Drums(
                    {
                        "vco": ("X..o....x..o....", "X.......x....o.."),
                        "ib": ("x...............",),
                        "e": ("x...............",),
                    },
                    loose=0.2,
                ),
            ),
            drum=drum.Kick(top=85, bottom=45, decay=0.17, click=0.06, drive=1.3),
            leads=True,
            level=-15,
            room=-12,
            high=3000,
        ),
        Kit(
            lines=(
                Drums({"vco": ("....x.......x...", "....x.....o.x..o")}, loose=0.3),
                Drums({"vco": ("....x...o...x...",)}, loose=0.3),
            ),
            drum=drum.Shaker(length=0.18, bright=8500, octaves=0.8, peak=0.2),
            level=-20.5,
            pan=0.3,
            room=-5,
            loose=0.004,
        ),
        Kit(
            lines=(Drums({"c": ("..o...o...o...o.", "..o.o.o...o.o.o.")}, loose=0.2),),
            drum=drum.RIM,
            level=-28,
            pan=-0.4,
            room=-3,
            low=500,
            loose=0.004,
        ),
        Voice(
            lines=(Chords({"ivcboe": ("x---------------",)}, low=50, high=72, size=4),),
            instrument=Synth(
                voices=4, detune=17, width=0.95, cutoff=1100, attack=0.5, decay=2, sustain=0.9, release=1.2
            ),
            level=-6,
            room=-4,
            duck=0.15,
            low=120,
            loose=0.02,
        ),
        Voice(
            lines=(Chords({"vcb": ("x---------------",)}, low=66, high=86, size=3),),
            instrument=Synth(
                wave="triangle",
                voices=2,
                detune=14,
                width=0.9,
                cutoff=6500,
                attack=0.7,
                decay=2,
                sustain=0.9,
                release=1.2,
                breath=0.1,
            ),
            level=-12.5,
            room=-2,
            low=300,
        ),
        Voice(
            lines=(
                Arpeggio({"ivcbo": ("1.2.3.4.5.4.3.2.", "1.3.2.4.3.5.4.3.")}, low=62, high=82, ring=1.8),
                Arpeggio({"ivcbo": ("1.3.5.4.2.4.3.5.", "2.3.4.6.5.3.4.2.")}, low=62, high=82, ring=1.8),
                Arpeggio({"ivcbo": ("1.4.3.5.4.2.3.4.", "1.4.2.5.3.4.6.4.")}, low=62, high=82, ring=1.8),
            ),
            instrument=KALIMBA,
            level=-12,
            pan=-0.2,
            room=-5,
            echo=-7,
            low=200,
            high=12_000,
            loose=0.003,
        ),
        Voice(
            lines=(
                Bass(
                    {"vcoe": ("1---------------", "1-----------5---"), "b": ("1---------------",)}, low=31, approach=0
                ),
            ),
            instrument=Sub(decay=2.5, drive=1.4, punch=0.2),
            level=-11,
            duck=0.2,
            low=32,
            high=900,
        ),
        Voice(
            lines=(
                Melody(
                    {
                        "c": ("x-----x---x-----", "x---x-----x-----", "..x---x-----x---"),
                        "v": ("x-------........", "....x-----x-----"),
                    },
                    rest=0.2,
                    scale="major pentatonic",
                    low=69,
                    high=88,
                ),
            ),
            instrument=PIANO,
            level=-12,
            pan=0.1,
            room=-4,
            echo=-8,
            low=150,
            high=9_000,
            loose=0.008,
        ),
        Voice(
            lines=(
                Melody({"bco": ("........x-------", "....x-----------")}, scale="major pentatonic", low=79, high=96),
            ),
            instrument=GLASS,
            level=-16.5,
            pan=-0.3,
            room=-2,
            echo=-5,
            low=400,
            loose=0.01,
        ),
    ),
)
