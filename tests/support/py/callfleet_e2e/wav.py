"""What is heard in a WAV file."""

import array
import io
import math
import wave

FRAME_S = 0.1


def _power(samples, hz, rate):
    """Goertzel: how much of the samples' energy is at one frequency, 0 to 1."""
    k = 2 * math.cos(2 * math.pi * hz / rate)
    last = before = 0.0
    for sample in samples:
        last, before = sample + k * last - before, last
    energy = sum(s * s for s in samples) * len(samples) / 2
    return (last * last + before * before - k * last * before) / energy if energy else 0.0


def share_of(wav, channel, tone):
    """In how much of a channel's time a tone ("600+700") is what sounds."""
    with wave.open(io.BytesIO(wav)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        samples = array.array("h", file.readframes(file.getnframes()))[channel::channels]
    frame = int(rate * FRAME_S)
    frames = [samples[i:i + frame] for i in range(0, len(samples) - frame + 1, frame)]
    low, high = (float(hz) for hz in tone.split("+"))
    sounding = sum(1 for f in frames if min(_power(f, low, rate), _power(f, high, rate)) > 0.2)
    return sounding / max(len(frames), 1)
