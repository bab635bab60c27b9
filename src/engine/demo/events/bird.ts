// A singing bird: small birds sing higher and quicker, and open their beaks with every note.
import { type EventFamily } from '../demoEvent.ts';
import { circle, ellipse, hsl, line, path, place, polygon } from '../svg.ts';
import { hump, mixAt, shape, tone } from '../synth.ts';

interface Note {
  startS: number;
  lengthS: number;
}

export const bird: EventFamily = {
  name: 'bird',
  settings: ['forest', 'meadow', 'street', 'shore'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const base = 5200 - 3300 * size;
    const sound = new Float32Array(Math.round(durationS * rateHz));
    const notes: Note[] = [];
    const motif = Array.from({ length: random.whole(2, 5) }, () => ({
      lengthS: random.between(0.05, 0.11) * (1 + size),
      from: random.between(0.75, 1.3),
      to: random.between(0.75, 1.35),
      trill: random.chance(0.3) ? random.between(24, 45) : 0,
    }));
    for (let t = random.between(0.05, 0.5); t < durationS; t += random.between(0.25, 0.7) + 0.3 * size) {
      for (const { lengthS, from, to, trill } of motif) {
        const note = tone(
          lengthS,
          rateHz,
          (s) =>
            base * (from + ((to - from) * s) / lengthS) * (1 + (trill ? 0.06 * Math.sin(2 * Math.PI * trill * s) : 0)),
          [1, 0.15],
        );
        mixAt(sound, shape(note, rateHz, hump(lengthS)), t, random.between(0.7, 1), rateHz);
        notes.push({ startS: t, lengthS });
        t += lengthS + random.between(0.02, 0.06);
        if (t >= durationS) break;
      }
    }
    const hue = random.pick([8, 205, 48, 130, 275, 28, 340]);
    const belly = hsl(hue + random.between(-20, 20), 45, 82);
    const coat = hsl(hue, random.between(45, 75), random.between(38, 52));
    const wing = hsl(hue, 50, 30);
    const [x, y, flip] = [random.between(38, 62), random.between(46, 56), random.chance(0.5)];
    const scale = 0.55 + 0.75 * size;
    return {
      sound,
      draw(t) {
        const note = notes.findLast((sung) => sung.startS <= t);
        const open = note && t - note.startS < note.lengthS + 0.06 ? 1 : 0;
        const beak =
          polygon(
            [
              [22, -16 - 3 * open],
              [36, -15 - 7 * open],
              [22, -12],
            ],
            '#e8a020',
          ) +
          polygon(
            [
              [22, -12],
              [34, -11 + 6 * open],
              [22, -9 + 2 * open],
            ],
            '#c4801a',
          );
        const body =
          path('M-34 12 L-14 2 C-16 -12 2 -20 10 -14 C20 -6 16 16 0 18 C-12 19 -18 12 -34 12Z', coat) +
          ellipse(5, 8, 10, 8.5, belly) +
          circle(14, -14, 11, coat) +
          path('M-14 0 C-4 -6 6 0 4 9 C-4 14 -16 10 -24 12 C-18 8 -16 4 -14 0Z', wing) +
          circle(17, -16, 2.8, '#fff') +
          circle(17.6, -16, 1.7, '#16130f');
        const legs = line(-2, 17, -3, 24, '#6a4a2a', 1.4) + line(4, 17, 4, 24, '#6a4a2a', 1.4);
        const branch =
          path('M-10 82 C20 76 60 84 110 72', 'none', '#5b4330', 5) +
          path('M70 79 q8 -10 16 -11', 'none', '#5b4330', 2.4) +
          ellipse(88, 66, 6, 3, '#6f9a4d') +
          ellipse(20, 76, 6, 3, '#7fa858');
        return (
          place(0, y + 24 * scale - 80, branch) +
          place(x, y - 1.8 * open, legs + beak + body, { scale, flip, turn: open ? -5 : 0 })
        );
      },
    };
  },
};
