"""The sound of a plan in words."""

from __future__ import annotations

from pathlib import Path

from clipkit.plan.types import Bus, ForeignSound, Plan, SoundStep, Voice


def sound_lines(plan: Plan) -> list[str]:
    """What is heard, a voice a line, and how loud all of it shall be."""
    if plan.sound is None:
        return []
    text = [line for voice in plan.sound.voices for line in _voice(voice, plan, "")]
    level = plan.sound.level
    if level is not None:
        text.append(
            f"loudness: brought to {level.lufs:g} LUFS by one gain, with true peaks up to {level.true_peak:g} dBTP"
        )
    return text


def _voice(voice: Voice, plan: Plan, indent: str) -> list[str]:
    side = f", {abs(voice.pan):.0%} {'left' if voice.pan < 0 else 'right'}" if voice.pan else ""
    duck = f", {voice.duck.db:g} dB lower under speech" if voice.duck else ""
    how = f"at {voice.gain_db:+g} dB{side}{duck}"
    if not isinstance(voice.source, Bus):
        return [f"{indent}sound: {Path(plan.sources[voice.source].path).name} {how}"]
    inner = [line for part in voice.source.voices for line in _voice(part, plan, indent + "  ")]
    return [f"{indent}sound: {_sound_step(voice.source.step)} {how}", *inner]


def _sound_step(step: SoundStep) -> str:
    if isinstance(step, ForeignSound):
        return f"{step.library} {step.name}"
    return f"{step.effect.kind} of strength {step.effect.strength:g}"
