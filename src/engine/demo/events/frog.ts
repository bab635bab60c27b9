// A croaking frog: its throat fills with every croak; large frogs croak lower, slower and rougher.
import { beats, type EventFamily, since } from '../demoEvent.ts';
import { circle, ellipse, groundY, hsl, path, place } from '../svg.ts';
import { filter, hump, mixAt, shape, tone } from '../synth.ts';

export const frog: EventFamily = {
  name: 'frog',
  settings: ['meadow', 'forest', 'night'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const pitchHz = 1500 * 2 ** (-2 * size);
    const lengthS = 0.2 + 0.28 * size;
    const pulseHz = 46 - 22 * size;
    const croaks = beats(random, durationS, lengthS + random.between(0.18, 0.55), 0.12);
    const sound = new Float32Array(Math.round(durationS * rateHz));
    for (const t of croaks) {
      const croak = tone(lengthS, rateHz, (s) => pitchHz * (0.92 + (0.16 * s) / lengthS), [1, 0.6, 0.35, 0.2]);
      shape(croak, rateHz, (s) => Math.max(0, Math.sin(Math.PI * pulseHz * s)) ** 3);
      mixAt(
        sound,
        filter(shape(croak, rateHz, hump(lengthS)), rateHz, 'band', pitchHz * 1.5, 0.7),
        t,
        random.between(0.85, 1),
        rateHz,
      );
    }
    const skin = [random.between(70, 140), random.between(40, 65), random.between(32, 48)] as const;
    const x = random.between(42, 58);
    const scale = 0.65 + 0.55 * size;
    const spots = Array.from(
      { length: 6 },
      () => [random.between(-18, 18), random.between(-30, -14), random.between(1.2, 3)] as const,
    );
    const pads = Array.from(
      { length: 4 },
      () => [random.between(0, 100), random.between(84, 98), random.between(6, 12)] as const,
    );
    return {
      sound,
      draw(t) {
        const ago = since(croaks, t);
        const full = ago < lengthS ? Math.sin((Math.PI * ago) / lengthS) ** 0.6 : 0;
        const [hue, saturation, light] = skin;
        const green = hsl(hue, saturation, light);
        const dark = hsl(hue, saturation, light - 12);
        const pond =
          ellipse(50, 92, 70, 20, '#3f7f8c', 0.9) +
          pads
            .map(
              ([px, py, r]) =>
                ellipse(px, py, r, r * 0.35, '#5e9a4a') + ellipse(px - 1, py - 0.6, r * 0.8, r * 0.24, '#76b35b'),
            )
            .join('') +
          ellipse(x, 88, 30 * scale, 7 * scale, '#4e8a3e') +
          ellipse(x, 87, 28 * scale, 5.6 * scale, '#6aa653');
        const legs =
          path('M-16 -6 C-32 -18 -34 0 -22 4 L-30 7', dark, dark, 3) +
          path('M16 -6 C32 -18 34 0 22 4 L30 7', dark, dark, 3) +
          path('M-9 -4 L-12 7 L-17 8 M9 -4 L12 7 L17 8', 'none', dark, 4);
        const body =
          ellipse(0, -12, 22, 17, green) +
          ellipse(0, -3, 14, 8, hsl(hue + 10, 45, 78)) +
          spots.map(([sx, sy, r]) => circle(sx, sy, r, dark, 0.6)).join('');
        const eye = (ex: number) =>
          circle(ex, -31, 6.5, green) + circle(ex, -32, 4.6, '#f5efc6') + circle(ex, -32, 2.4, '#15120c');
        const mouth = path(`M-14 -17 C-6 ${-13 + 2 * full} 6 ${-13 + 2 * full} 14 -17`, 'none', dark, 1.6);
        const sac =
          circle(0, -8 + 5 * full, 5 + 12 * full, hsl(hue - 20, 55, 84), 0.5 + 0.45 * full) +
          circle(-3, -11 + 3 * full, 1 + 4 * full, '#fff', 0.4 * full);
        return pond + place(x, groundY + 9 - full, legs + body + eye(-11) + eye(11) + mouth + sac, { scale });
      },
    };
  },
};
