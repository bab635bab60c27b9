// A drum and two sticks: the larger the drum, the deeper; every hit is seen.
import { beats, type EventFamily, since } from '../demoEvent.ts';
import { circle, ellipse, groundY, hsl, line, path, place, shadow } from '../svg.ts';
import { filter, mixAt, shape, struck, tone, whiteNoise } from '../synth.ts';

export const drum: EventFamily = {
  name: 'drum',
  settings: ['room', 'street', 'meadow', 'night'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const periodS = random.between(0.16, 0.42);
    const hits = beats(random, durationS, periodS, 0.05).filter(() => random.chance(0.85));
    const pitchHz = 240 * 2 ** (-1.7 * size);
    const snare = random.between(0, 0.9) * (1 - size);
    const sound = new Float32Array(Math.round(durationS * rateHz));
    for (const [k, t] of hits.entries()) {
      const strength = k % 4 === 0 ? 1 : random.between(0.45, 0.8);
      mixAt(
        sound,
        shape(
          tone(0.5, rateHz, (s) => pitchHz * (1 + 0.9 * Math.exp(-s / 0.02)), [1, 0.35, 0.2]),
          rateHz,
          struck(0.001, 0.07 + 0.13 * size),
        ),
        t,
        strength,
        rateHz,
      );
      mixAt(
        sound,
        filter(
          shape(whiteNoise(0.2, rateHz, random), rateHz, struck(0.0006, 0.012 + 0.05 * snare)),
          rateHz,
          'high',
          1200,
        ),
        t,
        strength * (0.25 + snare),
        rateHz,
      );
    }
    const hue = random.between(0, 360);
    const x = random.between(42, 58);
    const scale = 0.7 + 0.45 * size;
    return {
      sound,
      draw(t) {
        const hand = (side: 0 | 1) => {
          const own = hits.filter((_, k) => k % 2 === side);
          const ago = since(own, t);
          const next = own.find((time) => time > t);
          const ready = next === undefined ? 1 : Math.min(1, (next - t) / 0.14);
          return Math.min(1, ago / 0.12) * ready;
        };
        const flash = Math.max(0, 1 - since(hits, t) / 0.14);
        const stick = (sign: number, lift: number) =>
          place(sign * 20, -46, line(0, 0, -sign * 22, 11, '#e2c08d', 2.6) + circle(-sign * 22, 11, 2.4, '#f1dcb4'), {
            turn: sign * lift * -46,
          });
        const zigzag = Array.from({ length: 9 }, (_, k) => `${k ? 'L' : 'M'}${-26 + k * 6.5} ${k % 2 ? -8 : -26}`).join(
          '',
        );
        const shell =
          path('M-27 -30 L-25 -4 C-20 3 20 3 25 -4 L27 -30Z', hsl(hue, 62, 42)) +
          path(zigzag, 'none', '#f0e4c8', 1.3) +
          ellipse(0, -4, 25, 5, hsl(hue, 62, 30), 0.5);
        const skin =
          ellipse(0, -30, 28, 7.5, '#9a8a70') +
          ellipse(0, -31, 26.5, 6.6, hsl(45, 30 + 40 * flash, 86 + 8 * flash)) +
          ellipse(0, -31, 12 * (1 - flash) + 4, 2.6, '#fff', 0.7 * flash);
        return (
          shadow(x, groundY + 8, 30 * scale) +
          place(x, groundY + 8 + 1.2 * flash, shell + skin + stick(-1, hand(0)) + stick(1, hand(1)), { scale })
        );
      },
    };
  },
};
