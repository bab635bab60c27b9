// A vehicle under way: pulses of its engine, wheels and scenery moving at the same speed; lorries lower than cars,
// motors revving.
import { type EventFamily } from '../demoEvent.ts';
import { circle, groundY, hsl, line, path, place, polygon, rect, shadow } from '../svg.ts';
import { brownNoise, filter, normalise } from '../synth.ts';

export const engine: EventFamily = {
  name: 'engine',
  settings: ['street', 'meadow', 'forest', 'night'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const idleHz = 95 - 62 * size;
    const [rev, revHz, phase] = [random.between(0.15, 0.6), random.between(0.15, 0.5), random.between(0, 6.28)];
    const speedAt = (t: number) => 1 + rev * Math.sin(2 * Math.PI * revHz * t + phase);
    const noise = brownNoise(durationS, rateHz, random);
    const sound = new Float32Array(noise.length);
    let turns = 0;
    const odd = Array.from({ length: 4 }, () => random.between(0.6, 1));
    for (let i = 0; i < sound.length; i++) {
      const speed = speedAt(i / rateHz);
      turns += (idleHz * speed) / rateHz;
      const at = turns % 1;
      sound[i] = Math.exp(-at * 7) * Math.sin(at * 24) * odd[Math.floor(turns) % 4]! + 0.35 * noise[i]! * speed;
    }
    filter(sound, rateHz, 'low', 900 + 1500 * (1 - size), 0.9);
    normalise(sound, 1);
    const hue = random.between(0, 360);
    const [x, flip] = [random.between(45, 55), random.chance(0.5)];
    const lorry = size > 0.55;
    const scale = 0.85 + 0.3 * size;
    const distance = (t: number) =>
      t * 55 - (rev * 55 * (Math.cos(2 * Math.PI * revHz * t + phase) - Math.cos(phase))) / (2 * Math.PI * revHz);
    return {
      sound,
      draw(t) {
        const shake = 0.7 * Math.sin(t * 43) * speedAt(t);
        const wheel = (at: number, r: number) =>
          circle(at, -r, r, '#26241f') +
          circle(at, -r, r * 0.55, '#b9b4a8') +
          place(at, -r, line(-r * 0.5, 0, r * 0.5, 0, '#5d584e', 1.4) + line(0, -r * 0.5, 0, r * 0.5, '#5d584e', 1.4), {
            turn: distance(t) * 7,
          });
        const paint = hsl(hue, 62, 48);
        const glass = '#bfe0ea';
        const car =
          path(
            'M-32 -9 L-31 -19 C-26 -22 -20 -22 -17 -23 L-8 -33 C0 -36 12 -35 18 -31 L25 -22 C32 -21 34 -18 34 -9Z',
            paint,
          ) +
          path('M-13 -23 L-6 -31 L3 -32 L3 -23Z', glass) +
          path('M6 -23 L6 -32 C12 -32 16 -30 18 -27 L21 -22Z', glass) +
          circle(32, -15, 2.2, '#ffe9a0') +
          rect(-33, -14, 3, 4, '#c3372c');
        const truck =
          rect(-40, -44, 50, 36, paint, 2) +
          rect(-40, -30, 50, 4, hsl(hue, 62, 36)) +
          path('M12 -8 L12 -38 L26 -38 C32 -34 36 -24 37 -20 L37 -8Z', hsl(hue + 30, 45, 40)) +
          path('M17 -34 L25 -34 C28 -31 31 -25 32 -22 L17 -22Z', glass) +
          circle(36, -12, 2, '#ffe9a0');
        const wheels = lorry ? wheel(-28, 8) + wheel(-10, 8) + wheel(25, 8) : wheel(-18, 7.5) + wheel(20, 7.5);
        const puffs = Array.from({ length: 5 }, (_, k) => {
          const age = (t * 2.2 * speedAt(t) + k / 5) % 1;
          return circle(-38 - 22 * age, -8 - 9 * age - k, 2.5 + 6 * age, '#6c6a66', 0.5 * (1 - age));
        }).join('');
        const dashes = Array.from({ length: 6 }, (_, k) =>
          rect(
            ((((k * 28 - (flip ? -1 : 1) * distance(t)) % 168) + 168) % 168) - 30,
            groundY + 14,
            14,
            2.4,
            '#f4efd9',
            0,
            0.8,
          ),
        ).join('');
        const road = polygon(
          [
            [-10, groundY + 3],
            [110, groundY + 3],
            [110, 101],
            [-10, 101],
          ],
          '#55534f',
        );
        return (
          road +
          dashes +
          shadow(x, groundY + 9, 36 * scale) +
          place(x, groundY + 9 + shake, puffs + (lorry ? truck : car) + wheels, { scale, flip })
        );
      },
    };
  },
};
