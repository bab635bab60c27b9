// A pendulum clock: tick and tock at the ends of the swing; the longer the pendulum, the slower and the deeper.
import { type EventFamily } from '../demoEvent.ts';
import { circle, hsl, line, place, rect } from '../svg.ts';
import { filter, mixAt, shape, struck, tone, whiteNoise } from '../synth.ts';

export const clock: EventFamily = {
  name: 'clock',
  settings: ['room'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const periodS = 0.28 + 0.6 * size;
    const phase = random.between(0, periodS);
    const pitchHz = 2600 - 1500 * size;
    const sound = new Float32Array(Math.round(durationS * rateHz));
    const ticks: number[] = [];
    for (let t = phase, k = 0; t < durationS; t += periodS, k++) {
      ticks.push(t);
      const knock = shape(
        tone(0.09, rateHz, () => pitchHz * (k % 2 ? 0.82 : 1), [1, 0.5, 0.3]),
        rateHz,
        struck(0.0006, 0.012 + 0.014 * size),
      );
      mixAt(sound, knock, t, 1, rateHz);
      mixAt(
        sound,
        filter(shape(whiteNoise(0.03, rateHz, random), rateHz, struck(0.0004, 0.004)), rateHz, 'high', 2500),
        t,
        1.3,
        rateHz,
      );
    }
    const wood = [random.between(14, 34), random.between(35, 60), random.between(24, 42)] as const;
    const x = random.between(40, 60);
    const scale = 0.72 + 0.4 * size;
    const face = hsl(random.between(35, 60), 40, 92);
    const start = random.whole(0, 59);
    return {
      sound,
      draw(t) {
        const swing = 19 * Math.cos((Math.PI * (t - phase)) / periodS);
        const seconds = start + ticks.filter((tick) => tick <= t).length;
        const long = 22 + 16 * size;
        const [hue, saturation, light] = wood;
        const dark = hsl(hue, saturation, light - 12);
        const marks = Array.from({ length: 12 }, (_, k) =>
          place(0, 0, rect(-0.6, -16.5, 1.2, k % 3 ? 2 : 3.6, '#3b3028'), { turn: k * 30 }),
        ).join('');
        const hand = (turn: number, length: number, width: number, colour: string) =>
          place(0, 0, line(0, 2, 0, -length, colour, width), { turn });
        const dial =
          circle(0, 0, 21.5, dark) +
          circle(0, 0, 18.5, face) +
          marks +
          hand(300 + seconds / 2, 9, 2, '#2a2320') +
          hand(60 + seconds * 3, 13.5, 1.5, '#2a2320') +
          hand(seconds * 6, 15.5, 0.8, '#c8352b') +
          circle(0, 0, 1.6, '#2a2320');
        const pendulum = place(
          0,
          18,
          line(0, 0, 0, long, '#d9b75a', 1.8) +
            circle(0, long + 5, 6.5, '#d9b75a') +
            circle(-1.5, long + 3.5, 2.6, '#f6e6ae', 0.9),
          { turn: swing },
        );
        const cabinet =
          rect(-25, -26, 50, 56 + long, hsl(hue, saturation, light), 6) +
          rect(-17, 22, 34, long + 4, dark, 3) +
          rect(-28, -30, 56, 6, dark, 2);
        return place(x, 34, cabinet + pendulum + dial, { scale });
      },
    };
  },
};
