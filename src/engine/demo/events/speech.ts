// Someone talking babble: syllables of vowels (pulses through moving formants) and hisses; the mouth opens with each.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, hsl, path, place, rect } from '../svg.ts';
import { filter, hump, mixAt, shape, tone, whiteNoise } from '../synth.ts';

const vowels = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const;
interface Syllable {
  atS: number;
  lengthS: number;
  wide: number;
}

export const speech: EventFamily = {
  name: 'speech',
  settings: ['room', 'street', 'meadow', 'forest', 'shore'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const pitchHz = 270 * 2 ** (-1.4 * size);
    const formant = 1.25 - 0.35 * size;
    const sound = new Float32Array(Math.round(durationS * rateHz));
    const syllables: Syllable[] = [];
    const pulses = Array.from({ length: 24 }, (_, h) => 1 / (1 + h * 0.6));
    for (let t = random.between(0.02, 0.3); t < durationS;) {
      const lengthS = random.between(0.11, 0.24);
      const [open, rise] = [random.whole(0, 4), random.between(-0.12, 0.18)];
      const voice = shape(
        tone(lengthS, rateHz, (s) => pitchHz * (1 + (rise * s) / lengthS + 0.012 * Math.sin(34 * s)), pulses),
        rateHz,
        hump(lengthS),
      );
      vowels[open]!.forEach((frequency, k) =>
        mixAt(sound, filter(voice.slice(), rateHz, 'band', frequency * formant, 5), t, [1, 0.7, 0.4][k]!, rateHz),
      );
      if (random.chance(0.4))
        mixAt(
          sound,
          filter(shape(whiteNoise(0.07, rateHz, random), rateHz, hump(0.07)), rateHz, 'high', 3600),
          t - 0.06,
          0.12,
          rateHz,
        );
      syllables.push({ atS: t, lengthS, wide: open === 1 || open === 3 ? 1 : 0 });
      t += lengthS + (random.chance(0.15) ? random.between(0.25, 0.5) : random.between(0.005, 0.05));
    }
    const skin: readonly [number, number, number] = random.pick([
      [26, 70, 79],
      [24, 50, 62],
      [20, 42, 42],
      [30, 62, 72],
      [18, 38, 30],
    ] as const);
    const hair = random.pick(['#2a1c13', '#5c3a1e', '#cfa650', '#9a9a9a', '#8c2f1c', '#141414']);
    const style = random.whole(0, 3);
    const shirt = hsl(random.between(0, 360), 50, 48);
    const [x, scale] = [random.between(42, 58), 0.78 + 0.3 * size];
    const eyes = random.pick(['#3b2a1d', '#31568a', '#3f6b3a']);
    const blink = random.between(0.6, 3);
    return {
      sound,
      draw(t) {
        const said = syllables.findLast(({ atS }) => atS <= t);
        const open = said && t - said.atS < said.lengthS ? Math.sin((Math.PI * (t - said.atS)) / said.lengthS) : 0;
        const tone1 = hsl(...skin);
        const tone2 = hsl(skin[0], skin[1], skin[2] - 10);
        const wide = 7 + 3 * (said?.wide ?? 0) * open;
        const mouth =
          open > 0.08
            ? ellipse(0, 15, wide, 1.5 + 6.5 * open, '#6d1f24') +
              ellipse(0, 15 + 4 * open, wide * 0.6, 2.2 * open, '#d4686c') +
              rect(-wide * 0.6, 15 - 1.2 - 5.6 * open, wide * 1.2, 2 * open, '#fff', 0.8)
            : path('M-7 15 C-3 17.5 3 17.5 7 15', 'none', '#8a3b3d', 1.8);
        const eye = (at: number) =>
          (Math.abs(((t + blink) % 2.9) - 1.4) < 0.07
            ? path(`M${at - 4} -4 q4 2.4 8 0`, 'none', tone2, 1.6)
            : ellipse(at, -4, 4.2, 3.2, '#fff') + circle(at, -4, 2.2, eyes) + circle(at, -4, 1.1, '#111')) +
          path(`M${at - 5} ${-10 - 1.6 * open} q5 -3 10 0`, 'none', hair, 1.8);
        const back = style === 1 ? ellipse(0, 6, 29, 36, hair) : style === 2 ? circle(0, -30, 9, hair) : '';
        const fringe = [
          'M-25 -2 C-27 -34 27 -34 25 -2 C20 -20 -4 -22 -25 -2Z',
          'M-26 0 C-28 -36 28 -36 26 0 C22 -18 6 -22 0 -22 C-8 -22 -22 -18 -26 0Z',
          'M-25 -4 C-24 -34 24 -34 25 -4 C14 -20 -14 -20 -25 -4Z',
          'M-24 -8 C-20 -28 20 -28 24 -8 C12 -17 -12 -17 -24 -8Z',
        ][style]!;
        const head =
          rect(-8, 20, 16, 18, tone2, 5) +
          ellipse(-25, 1, 4, 6, tone2) +
          ellipse(25, 1, 4, 6, tone2) +
          path('M-25 -6 C-25 -30 25 -30 25 -6 C26 18 14 30 0 30 C-14 30 -26 18 -25 -6Z', tone1) +
          path('M0 -2 C3 5 4 8 -1 8', 'none', tone2, 1.8) +
          eye(-10.5) +
          eye(10.5) +
          mouth +
          path(fringe, hair);
        return place(
          x,
          50 - 0.8 * open,
          path('M-46 64 C-44 38 -22 34 0 34 C22 34 44 38 46 64Z', shirt) +
            back +
            place(0, 0, head, { turn: 2.4 * Math.sin(t * 1.7 + blink) }),
          { scale },
        );
      },
    };
  },
};
