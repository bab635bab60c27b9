// Surf: swells roll in, break with a rush of noise, and draw back; larger swells are slower and lower.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, hsl, path, polygon } from '../svg.ts';
import { brownNoise, filter, shape, whiteNoise } from '../synth.ts';

export const waves: EventFamily = {
  name: 'waves',
  settings: ['shore'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const periodS = 1.5 + 1.9 * size;
    const phase = random.next();
    // A swell rises slowly, breaks at .55 of its round, and ebbs.
    const round = (t: number) => (t / periodS + phase) % 1;
    const rush = (t: number) => {
      const at = round(t);
      return at < 0.5 ? 0.12 + 0.25 * at : at < 0.6 ? 0.25 + 7.5 * (at - 0.5) : Math.exp(-(at - 0.6) * 5);
    };
    const low = shape(
      filter(brownNoise(durationS, rateHz, random), rateHz, 'low', 700),
      rateHz,
      (t) => (0.5 + size) * rush(t),
    );
    const hiss = shape(
      filter(filter(whiteNoise(durationS, rateHz, random), rateHz, 'high', 900), rateHz, 'low', 6500 - 2500 * size),
      rateHz,
      (t) => 0.4 * rush(t) ** 1.3,
    );
    const sound = low.map((sample, i) => sample + hiss[i]!);
    const hue = random.between(175, 215);
    const light = random.between(34, 52);
    const sand = hsl(random.between(32, 46), random.between(35, 60), random.between(68, 82));
    const foam = Array.from({ length: 26 }, () => [random.next(), random.next(), random.between(0.6, 1.6)] as const);
    const boat = random.chance(0.4) ? random.between(15, 85) : null;
    const crest = (y: number, height: number, shift: number) =>
      `M-10 101 L-10 ${y} ${Array.from({ length: 8 }, (_, k) => `Q${-10 + k * 15 + 7.5} ${y - height * (0.7 + 0.3 * Math.sin(k * 2.1 + shift))} ${-10 + (k + 1) * 15} ${y}`).join(' ')} L110 101Z`;
    return {
      sound,
      draw(t) {
        const at = round(t);
        const reach =
          at < 0.55 ? 60 + 14 * (at / 0.55) : 74 + 12 * Math.sin((Math.PI * Math.min(1, (at - 0.55) / 0.45)) ** 0.9);
        const far = [44, 50, 56]
          .map((y, k) =>
            path(
              crest(y + 1.5 * Math.sin(t * 1.6 + k * 2), 3 + 2 * size, t * 0.8 + k),
              hsl(hue, 55, light - 8 + k * 5),
            ),
          )
          .join('');
        const swellY = 48 + 26 * Math.min(1, at / 0.55);
        const swell =
          at < 0.62
            ? path(
                crest(swellY, (4 + 13 * size) * Math.sin(Math.PI * Math.min(1, at / 0.62)) + 2, t),
                hsl(hue, 58, light + 4),
              ) +
              path(
                crest(swellY, (4 + 13 * size) * Math.sin(Math.PI * Math.min(1, at / 0.62)) + 2, t),
                'none',
                '#fff',
                1 + 2.4 * rush(t),
                0.85,
              )
            : '';
        const edge = `M-10 ${reach} ${Array.from({ length: 6 }, (_, k) => `q10 ${4 + 2 * Math.sin(k * 1.9 + phase * 9)} 20 0`).join(' ')}`;
        const beach =
          path(`${edge} L110 101 L-10 101Z`, sand) +
          path(edge, 'none', hsl(36, 30, 52), 5, 0.35) +
          path(edge, 'none', '#fff', 2 + 3.5 * rush(t), 0.95);
        const bubbles = foam
          .map(([fx, fy, r]) =>
            circle(
              fx * 110 - 5,
              reach - fy * (5 + 16 * rush(t)),
              r * (0.6 + rush(t)),
              '#fff',
              0.7 * Math.min(1, rush(t) + 0.15),
            ),
          )
          .join('');
        const vessel =
          boat === null
            ? ''
            : path(`M${boat - 7} 41 L${boat + 8} 41 L${boat + 5} 45 L${boat - 5} 45Z`, '#7c4a2d') +
              polygon(
                [
                  [boat, 24],
                  [boat + 7, 39],
                  [boat, 39],
                ],
                '#f5efe2',
              ) +
              polygon(
                [
                  [boat - 1, 27],
                  [boat - 6, 39],
                  [boat - 1, 39],
                ],
                '#e6ddc8',
              );
        return far + vessel + swell + beach + bubbles + ellipse(20, 97, 4, 1.4, '#b9a27d', 0.8);
      },
    };
  },
};
