// Rain: the harder, the louder and the denser the streaks; drops splash on the ground.
import { type EventFamily } from '../demoEvent.ts';
import { ellipse, groundY, hsl, line, path, place, rect } from '../svg.ts';
import { filter, mixAt, shape, struck, whiteNoise } from '../synth.ts';

export const rain: EventFamily = {
  name: 'rain',
  settings: ['street', 'meadow', 'forest', 'night', 'shore'],
  make(random, { durationS, rateHz }) {
    const force = random.next();
    const gust = [random.between(0.15, 0.4), random.between(0, 6)] as const;
    const strength = (t: number) => 0.75 + 0.25 * Math.sin(2 * Math.PI * gust[0] * t + gust[1]);
    const sound = filter(
      filter(whiteNoise(durationS, rateHz, random), rateHz, 'high', 700 + 500 * (1 - force)),
      rateHz,
      'low',
      5200 + 4000 * force,
    );
    shape(sound, rateHz, (t) => (0.12 + 0.8 * force) * strength(t));
    for (let t = 0; t < durationS; t += -Math.log(1 - random.next()) / (25 + 60 * force)) {
      mixAt(
        sound,
        filter(
          shape(whiteNoise(0.012, rateHz, random), rateHz, struck(0.0003, 0.002)),
          rateHz,
          'band',
          random.between(1500, 4500),
          3,
        ),
        t,
        random.between(0.6, 2),
        rateHz,
      );
    }
    const wind = random.between(-0.35, 0.35);
    const drops = Array.from(
      { length: Math.round(25 + 120 * force) },
      () => [random.between(-20, 120), random.next(), random.between(1.3, 2.2)] as const,
    );
    const splashes = Array.from(
      { length: Math.round(5 + 16 * force) },
      () => [random.between(0, 100), random.between(groundY + 3, 98), random.next()] as const,
    );
    const umbrella = random.chance(0.55);
    const [x, hue] = [random.between(32, 68), random.between(0, 360)];
    return {
      sound,
      draw(t) {
        const puddles = ellipse(28, 92, 20, 4, '#9fb6c4', 0.6) + ellipse(76, 86, 15, 3, '#9fb6c4', 0.6);
        const rings = splashes
          .map(([sx, sy, phase]) => {
            const age = (t * 2.6 + phase) % 1;
            return (
              ellipse(sx, sy, 0.6 + 4 * age, 0.2 + 1.2 * age, '#e6f0f5', 0.8 * (1 - age)) +
              (age < 0.3 ? line(sx, sy, sx, sy - 2.4, '#e6f0f5', 0.7, 0.9) : '')
            );
          })
          .join('');
        const panels = ['M-24 0 A24 22 0 0 1 24 0 Q18 -5 12 0 Q6 -5 0 0 Q-6 -5 -12 0 Q-18 -5 -24 0Z'];
        const shelter = umbrella
          ? place(
              x,
              groundY - 24,
              line(0, 0, 0, 30, '#4a4038', 1.8) +
                path('M0 30 q0 5 5 4', 'none', '#4a4038', 1.8) +
                panels.map((d) => path(d, hsl(hue, 65, 52))).join('') +
                path('M-12 0 Q-9 -14 0 -22 Q9 -14 12 0', 'none', hsl(hue, 65, 38), 1) +
                line(0, -22, 0, -25, '#4a4038', 1.6),
              { turn: wind * 20 + 2 * Math.sin(t * 2) },
            )
          : '';
        return rect(-10, -10, 120, 120, '#3f4c5a', 0, 0.22 + 0.3 * force) + puddles + rings + shelter;
      },
      veil(t) {
        return drops
          .map(([dx, phase, speed]) => {
            const y = ((t * speed + phase) % 1) * 124 - 14;
            return line(
              dx + wind * y,
              y,
              dx + wind * (y + 7),
              y + 7,
              '#dbe9f2',
              0.55 + 0.3 * force,
              0.35 + 0.35 * strength(t),
            );
          })
          .join('');
      },
    };
  },
};
