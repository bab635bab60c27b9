// A barking dog: large dogs bark lower, longer and less often.
import { type EventFamily, since } from '../demoEvent.ts';
import { circle, ellipse, groundY, hsl, path, place, rect, shadow } from '../svg.ts';
import { filter, hump, mixAt, normalise, shape, tone, whiteNoise } from '../synth.ts';

export const dog: EventFamily = {
  name: 'dog',
  settings: ['meadow', 'street', 'forest', 'shore', 'night'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const pitchHz = 820 * 2 ** (-1.7 * size);
    const lengthS = 0.1 + 0.11 * size;
    const sound = new Float32Array(Math.round(durationS * rateHz));
    const barks: number[] = [];
    for (
      let t = random.between(0.1, 0.6);
      t < durationS;
      t += random.chance(0.6) ? lengthS + random.between(0.12, 0.25) : random.between(0.6, 1.1)
    ) {
      barks.push(t);
      const saw = [1, 0.8, 0.7, 0.6, 0.5, 0.42, 0.36, 0.3, 0.25, 0.2];
      const voice = tone(
        lengthS,
        rateHz,
        (s) => pitchHz * (0.8 + 0.55 * Math.sin((Math.PI * Math.min(s / lengthS, 1)) ** 0.8)),
        saw,
      );
      const breath = whiteNoise(lengthS, rateHz, random);
      const bark = voice.map((sample, i) => sample + 0.9 * breath[i]!);
      const throat = normalise(filter(bark.slice(), rateHz, 'band', 620 + 620 * (1 - size), 1.4), 1);
      const bite = normalise(filter(bark, rateHz, 'band', 1500 + 1200 * (1 - size), 2), 0.6);
      mixAt(
        sound,
        shape(
          throat.map((sample, i) => sample + bite[i]!),
          rateHz,
          hump(lengthS),
        ),
        t,
        random.between(0.8, 1),
        rateHz,
      );
    }
    const coat: readonly [number, number, number] = random.pick([
      [28, 55, 45],
      [30, 15, 22],
      [38, 50, 68],
      [15, 45, 32],
      [0, 0, 88],
      [220, 8, 45],
    ] as const);
    const [x, flip] = [random.between(42, 58), random.chance(0.5)];
    const scale = 0.6 + 0.55 * size;
    const collar = hsl(random.between(0, 360), 75, 48);
    return {
      sound,
      draw(t) {
        const ago = since(barks, t);
        const open = ago < lengthS + 0.05 ? 1 : 0;
        const fur = hsl(...coat);
        const dark = hsl(coat[0], coat[1], coat[2] - 12);
        const wag = 22 * Math.sin(t * 17);
        const leg = (at: number) => rect(at, -18, 6, 18, dark, 2.5);
        const tail = place(-21, -30, path('M0 0 C-8 -4 -12 -12 -10 -20', 'none', fur, 5), { turn: wag });
        const snout =
          path(`M8 -6 L24 ${-5 - 4 * open} C27 ${-4 - 4 * open} 27 1 24 1 L8 3Z`, fur) +
          circle(25, -4 - 4 * open, 2.3, '#1c1714') +
          (open
            ? path('M10 2 L22 2 L20 10 C16 12 12 9 10 6Z', dark) + ellipse(17, 5, 4, 2, '#d6626a')
            : path('M10 2 L23 1 L20 5 C16 6 12 5 10 4Z', dark));
        const head = place(
          20,
          -40,
          circle(0, 0, 12, fur) +
            snout +
            path('M-7 -9 C-15 -8 -16 4 -11 10 C-6 6 -4 -2 -3 -9Z', dark) +
            circle(5, -4, 1.9, '#1c1714') +
            circle(5.6, -4.6, 0.6, '#fff'),
          { turn: open ? -16 : 0 },
        );
        const body = path(
          'M-24 -34 C-20 -42 6 -42 14 -38 C22 -34 22 -18 16 -15 L-20 -15 C-27 -18 -28 -28 -24 -34Z',
          fur,
        );
        return (
          shadow(x, groundY + 4, 26 * scale) +
          place(
            x,
            groundY + 4 - 2.5 * open,
            tail +
              leg(-20) +
              leg(-11) +
              leg(5) +
              leg(13) +
              body +
              path('M12 -40 C14 -34 20 -30 24 -30', 'none', collar, 3.4) +
              head,
            { scale, flip },
          )
        );
      },
    };
  },
};
