// A wood fire: roar and crackle; every loud crack throws sparks, a large fire roars lower and flames higher.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, glow, groundY, hsl, path, place, rect } from '../svg.ts';
import { brownNoise, filter, mixAt, shape, struck, whiteNoise } from '../synth.ts';

export const fire: EventFamily = {
  name: 'fire',
  settings: ['night', 'forest', 'shore', 'meadow'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const sound = filter(brownNoise(durationS, rateHz, random), rateHz, 'low', 260 + 240 * size);
    const flutter = random.between(2, 4);
    shape(
      sound,
      rateHz,
      (t) => (0.25 + 0.75 * size) * (0.7 + 0.3 * Math.sin(2 * Math.PI * flutter * t) * Math.sin(5.1 * t)),
    );
    const cracks: { atS: number; strength: number; to: number }[] = [];
    for (let t = 0; t < durationS; t += -Math.log(1 - random.next()) / (12 + 26 * size)) {
      const strength = random.next() ** 3;
      cracks.push({ atS: t, strength, to: random.between(-1, 1) });
      mixAt(
        sound,
        filter(
          shape(whiteNoise(0.02, rateHz, random), rateHz, struck(0.0003, 0.0015 + 0.004 * strength)),
          rateHz,
          'band',
          random.between(1200, 5200),
          1.2,
        ),
        t,
        0.5 + 4.2 * strength,
        rateHz,
      );
    }
    const x = random.between(42, 58);
    const scale = 0.6 + 0.6 * size;
    const tongues = Array.from({ length: 7 }, (_, k) => ({
      at: (k - 3) * 4.6,
      high: random.between(0.7, 1.1) * (1 - Math.abs(k - 3) / 6),
      rate: random.between(5, 9),
      phase: random.between(0, 6),
    }));
    return {
      sound,
      draw(t) {
        const flame = (grow: number, hue: number, light: number, opacity: number) =>
          tongues
            .map(({ at, high, rate, phase }) => {
              const top = -46 * high * grow * (0.82 + 0.24 * Math.sin(rate * t + phase));
              const lean = 4 * Math.sin(rate * 0.7 * t + phase * 2);
              const wide = 7.5 * grow;
              return path(
                `M${at - wide} -4 C${at - wide * 1.1} ${top * 0.5} ${at + lean} ${top * 0.6} ${at + lean} ${top} C${at + lean + 2} ${top * 0.55} ${at + wide * 1.2} ${top * 0.45} ${at + wide} -4Z`,
                hsl(hue, 98, light),
                'none',
                0,
                opacity,
              );
            })
            .join('');
        const log = (turn: number, at: number) =>
          place(
            at,
            -2,
            rect(-24, -4, 48, 8, '#4a3222', 3.5) + circle(23, 0, 4, '#8a6748') + circle(23, 0, 2, '#6a4c33'),
            { turn },
          );
        const sparks = cracks
          .filter(({ atS, strength }) => strength > 0.2 && t >= atS && t - atS < 0.7)
          .map(({ atS, strength, to }) => {
            const age = (t - atS) / 0.7;
            return circle(
              to * 26 * age + 3 * Math.sin(9 * age + to),
              -18 - (30 + 36 * strength) * age,
              1.5 * (1 - age) + 0.5,
              '#ffd27a',
            );
          })
          .join('');
        return place(
          x,
          groundY + 8,
          ellipse(0, 2, 36, 7, '#1c1512', 0.5) +
            log(10, -4) +
            log(-12, 5) +
            flame(1, 12, 50, 0.9) +
            flame(0.72, 32, 55, 0.95) +
            flame(0.42, 50, 68, 1) +
            sparks,
          { scale },
        );
      },
      veil: (t) => glow(x, 62, 58 * scale + 4 * Math.sin(11 * t), '#ff9a3c', 0.36 + 0.08 * Math.sin(17 * t)),
    };
  },
};
