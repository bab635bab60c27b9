// A swinging bell: the larger, the lower and the slower.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, hsl, line, path, place, rect } from '../svg.ts';
import { mixAt, shape, struck, tone } from '../synth.ts';

const partials = [
  [0.5, 0.6, 1.6],
  [1, 1, 1.2],
  [1.19, 0.7, 0.9],
  [1.5, 0.35, 0.7],
  [2, 0.8, 0.8],
  [2.67, 0.35, 0.45],
  [3.01, 0.3, 0.35],
  [4.17, 0.22, 0.22],
] as const;

export const bell: EventFamily = {
  name: 'bell',
  settings: ['meadow', 'street', 'forest', 'night', 'room'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const pitchHz = 1300 * 2 ** (-2.3 * size);
    const periodS = 0.55 + 0.75 * size;
    const phase = random.next() * periodS;
    const sound = new Float32Array(Math.round(durationS * rateHz));
    for (let t = phase - 2 * periodS; t < durationS; t += periodS) {
      for (const [ratio, gain, fallS] of partials) {
        mixAt(
          sound,
          shape(
            tone(2.2, rateHz, () => pitchHz * ratio),
            rateHz,
            struck(0.002, fallS * (0.35 + 0.75 * size)),
          ),
          t,
          gain * random.between(0.85, 1.1),
          rateHz,
        );
      }
    }
    const metal = random.pick([
      [44, 75, 52],
      [38, 55, 42],
      [210, 12, 62],
      [24, 62, 46],
    ] as const);
    const scale = 0.62 + 0.6 * size;
    const x = random.between(40, 60);
    const post = hsl(random.between(15, 35), random.between(20, 45), random.between(22, 38));
    return {
      sound,
      draw(t) {
        // A strike at each turning point: two to a full swing.
        const swing = 30 * Math.cos((Math.PI * (t - phase)) / periodS);
        const [hue, saturation, light] = metal;
        const body =
          path(
            'M0 0 C9 0 11 8 12 18 C13 27 17 31 19 34 L-19 34 C-17 31 -13 27 -12 18 C-11 8 -9 0 0 0Z',
            hsl(hue, saturation, light),
          ) +
          path(
            'M-3 2 C-8 5 -8 14 -9 22 C-10 28 -13 31 -15 33 L-9 33 C-6 26 -5 12 -3 2Z',
            hsl(hue, saturation, light + 22),
            'none',
            0,
            0.75,
          ) +
          rect(-19, 32, 38, 3, hsl(hue, saturation, light - 16), 1.5) +
          ellipse(0, 15, 12.4, 1.4, hsl(hue, saturation, light - 12), 0.5) +
          circle(0, -1, 3, hsl(hue, saturation, light - 14));
        const clapper = place(0, 6, line(0, 0, 0, 29, '#3a332c', 2) + circle(0, 31, 4.2, '#3a332c'), {
          turn: -swing * 0.85,
        });
        const top = 24;
        return (
          rect(x - 34, top - 6, 68, 6, post, 1.5) +
          rect(x - 34, top, 5, 60, post) +
          rect(x + 29, top, 5, 60, post) +
          place(x, top, clapper + body, { turn: swing, scale })
        );
      },
    };
  },
};
