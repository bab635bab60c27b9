// Someone walking: a step is heard when a foot lands; tall people walk slower and heavier.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, groundY, hsl, line, path, place, rect, shadow } from '../svg.ts';
import { filter, mixAt, shape, struck, tone, whiteNoise } from '../synth.ts';

export const footsteps: EventFamily = {
  name: 'footsteps',
  settings: ['street', 'forest', 'room', 'meadow', 'night', 'shore'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const periodS = (0.3 + 0.32 * size) * random.between(0.9, 1.1);
    const phase = random.next() * periodS;
    const gravel = random.next();
    const sound = new Float32Array(Math.round(durationS * rateHz));
    for (let t = phase; t < durationS; t += periodS) {
      const strength = random.between(0.8, 1);
      mixAt(
        sound,
        shape(
          tone(0.12, rateHz, (s) => (150 - 70 * size) * (1 + Math.exp(-s / 0.012))),
          rateHz,
          struck(0.001, 0.022),
        ),
        t,
        strength,
        rateHz,
      );
      mixAt(
        sound,
        filter(
          shape(whiteNoise(0.16, rateHz, random), rateHz, struck(0.002, 0.018 + 0.035 * gravel)),
          rateHz,
          'band',
          1400 + 2200 * gravel,
          0.8,
        ),
        t,
        strength * (0.35 + 0.9 * gravel),
        rateHz,
      );
      mixAt(
        sound,
        filter(shape(whiteNoise(0.08, rateHz, random), rateHz, struck(0.004, 0.014)), rateHz, 'high', 2600),
        t + 0.085,
        strength * 0.25,
        rateHz,
      );
    }
    const shirt = hsl(random.between(0, 360), 55, 50);
    const trousers = hsl(random.between(200, 260), random.between(15, 45), random.between(22, 40));
    const skin = random.pick(['#f1c7a3', '#c98d63', '#8a5a3c', '#e8b48c', '#5f3d29']);
    const hair = random.pick(['#2b1d14', '#6b4423', '#c9a24f', '#777', '#8f2f1e']);
    const flip = random.chance(0.5);
    const scale = 0.62 + 0.38 * size;
    const startX = 50 - random.between(10, 22);
    return {
      sound,
      draw(t) {
        // One leg is out in front, landing, at every step.
        const gait = Math.cos((Math.PI * (t - phase)) / periodS);
        const lift = Math.abs(Math.sin((Math.PI * (t - phase)) / periodS));
        const leg = (angle: number, colour: string) => {
          const bend = Math.max(0, -angle) * 0.9;
          return place(
            0,
            -34,
            line(0, 0, 0, 17, colour, 7) +
              place(0, 17, line(0, 0, 0, 15, colour, 6) + path('M-3 17 L7 17 C8 13 3 12 -2 12Z', '#2a211b'), {
                turn: bend,
              }),
            { turn: -angle },
          );
        };
        const arm = (angle: number, colour: string) =>
          place(0, -60, line(0, 0, 0, 13, colour, 5) + place(0, 13, line(0, 0, 3, 11, skin, 4), { turn: -18 }), {
            turn: -angle,
          });
        const torso = rect(-8, -63, 16, 31, shirt, 6);
        const head =
          circle(1, -73, 8.5, skin) +
          path('M-8 -73 C-8 -84 8 -86 10 -76 C4 -79 -2 -78 -4 -70Z', hair) +
          circle(5.5, -74, 1.1, '#1c1512') +
          ellipse(9.4, -71.5, 1.6, 1.2, skin);
        const dark = 'rgba(0,0,0,.28)';
        const person =
          leg(-28 * gait, trousers) +
          arm(30 * gait, shirt) +
          place(0, 0, leg(-28 * gait, dark), {}) +
          torso +
          head +
          leg(28 * gait, trousers) +
          arm(-30 * gait, shirt);
        const travel = startX + ((t / durationS) * 2 - 0) * (50 - startX);
        const x = flip ? 100 - travel : travel;
        return shadow(x, groundY + 10, 15 * scale) + place(x, groundY + 10 - 1.8 * lift, person, { scale, flip });
      },
    };
  },
};
