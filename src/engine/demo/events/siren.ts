// An emergency vehicle: wail, yelp or two tones; its lights turn with the siren.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, glow, groundY, hsl, line, path, place, polygon, rect, shadow } from '../svg.ts';
import { tone } from '../synth.ts';

export const siren: EventFamily = {
  name: 'siren',
  settings: ['street', 'night', 'meadow'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const kind = random.pick(['wail', 'yelp', 'two-tone'] as const);
    const periodS =
      kind === 'wail'
        ? random.between(2, 3.2)
        : kind === 'yelp'
          ? random.between(0.28, 0.42)
          : random.between(0.8, 1.2);
    const phase = random.next();
    const low = 780 - 320 * size;
    const high = low * (kind === 'two-tone' ? 1.33 : random.between(1.8, 2.3));
    const turn = (t: number) => (t / periodS + phase) % 1;
    const level = (t: number) =>
      kind === 'two-tone'
        ? turn(t) < 0.5
          ? 0
          : 1
        : kind === 'yelp'
          ? turn(t)
          : 0.5 - 0.5 * Math.cos(2 * Math.PI * turn(t));
    const sound = tone(durationS, rateHz, (t) => low * (high / low) ** level(t), [1, 0.5, 0.35, 0.2, 0.12]);
    const livery = random.pick([
      ['#f3f4f4', '#d23b34'],
      ['#c9332c', '#f2e7c9'],
      ['#f3f4f4', '#2c5fa8'],
      ['#e9d34b', '#2f7d4f'],
      ['#22354f', '#f0f0f0'],
    ] as const);
    const lights = random.pick([
      ['#3c78ff', '#3c78ff'],
      ['#ff4136', '#3c78ff'],
      ['#ff8a1f', '#ff8a1f'],
    ] as const);
    const [flip, scale] = [random.chance(0.5), 0.85 + 0.3 * size];
    const x = random.between(46, 54);
    const speed = random.between(20, 60);
    return {
      sound,
      draw(t) {
        const bright = [0.25 + 0.75 * (1 - level(t)), 0.25 + 0.75 * level(t)] as const;
        const wheel = (at: number) =>
          circle(at, -7, 7, '#232220') +
          circle(at, -7, 3.6, '#aaa69c') +
          place(at, -7, line(-3, 0, 3, 0, '#5d584e', 1.2), { turn: t * speed * 8 });
        const van =
          path(
            'M-38 -9 L-38 -40 C-38 -43 -36 -44 -34 -44 L14 -44 C22 -42 28 -32 31 -26 L37 -23 C39 -20 39 -14 39 -9Z',
            livery[0],
          ) +
          rect(-38, -22, 77, 5, livery[1]) +
          path('M12 -40 C19 -38 23 -32 26 -26 L10 -26 L10 -40Z', '#a9d3e2') +
          rect(-10, -40, 14, 12, '#a9d3e2', 1.5) +
          circle(37, -15, 2, '#fff1b8');
        const cross = rect(-29, -38, 4, 12, livery[1]) + rect(-33, -34, 12, 4, livery[1]);
        const lamp = (at: number, which: 0 | 1) =>
          glow(at, -48, 8 + 24 * bright[which], lights[which], 0.85 * bright[which]) +
          path(`M${at - 5} -44 A5 5.5 0 0 1 ${at + 5} -44Z`, lights[which]) +
          circle(at, -47, 2.6 * bright[which], '#fff', 0.9 * bright[which]);
        const dashes = Array.from({ length: 6 }, (_, k) =>
          rect(
            ((((k * 28 - (flip ? -1 : 1) * speed * t) % 168) + 168) % 168) - 30,
            groundY + 14,
            14,
            2.4,
            '#f4efd9',
            0,
            0.8,
          ),
        ).join('');
        return (
          polygon(
            [
              [-10, groundY + 3],
              [110, groundY + 3],
              [110, 101],
              [-10, 101],
            ],
            hsl(220, 5, 30),
          ) +
          dashes +
          shadow(x, groundY + 9, 36 * scale) +
          place(
            x,
            groundY + 9 + 0.5 * Math.sin(t * 37),
            van + cross + rect(-22, -46, 34, 2.6, '#3a3a3a', 1) + lamp(-14, 0) + lamp(4, 1) + wheel(-21) + wheel(22),
            { scale, flip },
          )
        );
      },
      veil: (t) =>
        ellipse(x - 10, 36, 60, 40, lights[0], 0.1 * (1 - level(t))) +
        ellipse(x + 10, 36, 60, 40, lights[1], 0.1 * level(t)),
    };
  },
};
