"""Words that most documents hold: what packs are compressed against. It is part of their format, and never changes."""

from __future__ import annotations

_LINES = """
 "layout": { "inputs": [ { "node": { "source": { "kind": "composition", "length_from": "mine", "gain_db": 0.0,
 "kind": "moviepy", "name": "params": {} "kind": "reverse" "kind": "freeze", "at": "length": "kind": "loop", "times":
 "kind": "ramp", "knots": "curve": "linear", "kind": "temperature", "shift": "kind": "curves", "master": "red": "green":
 "blue": "kind": "split-tone", "shadow_hue": "shadow_amount": "highlight_hue": "highlight_amount": "balance":
 "kind": "vibrance", "amount": "kind": "saturation", "kind": "contrast", "kind": "gamut", "softness": 0.25
"""
_DOCUMENT = """{
  "version": 1,
  "root": {
    "source": {
      "kind": "media",
      "path": "/home/user/Videos/2026/IMG_.mp4"
    },
    "edits": [
      {
        "kind": "filter",
        "name": "golden-hour",
        "digest": "0123456789abcdef",
        "strength": 0.8,
        "start": "0",
        "end": null,
        "effects": []
      },
      {
        "kind": "effect",
        "effect": {
          "kind": "exposure",
          "stops": 0.5,
          "protect": 0.5
        },
        "keys": {}
      },
      {
        "kind": "music",
        "track": "/home/user/Music/song.mp3",
        "start": "0",
        "rate": "1",
        "gain_db": -12.0,
        "original_gain_db": 0.0,
        "mute_original": false,
        "fade_in": "0",
        "fade_out": "1",
        "loop": true
      },
      {
        "kind": "speed",
        "factor": "3/2",
        "pitch": "keep",
        "slow_motion": "pick"
      },
      {
        "kind": "trim",
        "start": "1/30",
        "end": "10"
      }
    ]
  },
  "output": {
    "target": null,
    "width": null,
    "height": null,
    "fps": null,
    "fit": null,
    "quality": "good",
    "keep_hdr": false,
    "keep_metadata": []
  }
}
"""

FIRST = (_LINES + _DOCUMENT).encode()
"""The first wording; a better one gets another name, and packs say which is theirs."""
