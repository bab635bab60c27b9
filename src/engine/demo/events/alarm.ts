// An alarm clock that rings: bursts of its hammer, the clock shaking with each.
import { type EventFamily } from '../demoEvent.ts';
import { circle, groundY, hsl, line, path, place, rect, shadow } from '../svg.ts';
import { mixAt, shape, struck, tone } from '../synth.ts';

export const alarm: EventFamily = {
  name: 'alarm',
  settings: ['room'],
  make(random, { durationS, rateHz }) {
    const size = random.next();
    const pitchHz = 3400 - 1700 * size;
    const hammerHz = 26 - 12 * size;
    const [onS, offS] = [random.between(0.35, 1), random.between(0.15, 0.5)];
    const phase = random.between(0, onS + offS);
    const ringing = (t: number) => (t + phase) % (onS + offS) < onS;
    const digital = random.chance(0.35);
    const sound = new Float32Array(Math.round(durationS * rateHz));
    for (let t = 0, k = 0; t < durationS; t += 1 / hammerHz, k++) {
      if (!ringing(t)) continue;
      if (digital)
        mixAt(
          sound,
          shape(
            tone(0.5 / hammerHz, rateHz, () => pitchHz * 0.62, [1, 0, 0.33, 0, 0.2]),
            rateHz,
            (s) => Math.min(1, s / 0.002),
          ),
          t,
          0.6,
          rateHz,
        );
      else
        for (const [ratio, gain] of [
          [1, 1],
          [1.48, 0.5],
          [2.31, 0.4],
        ] as const)
          mixAt(
            sound,
            shape(
              tone(0.16, rateHz, () => pitchHz * ratio * (k % 2 ? 1.02 : 1)),
              rateHz,
              struck(0.0006, 0.05),
            ),
            t,
            gain,
            rateHz,
          );
    }
    const hue = random.between(0, 360);
    const x = random.between(42, 58);
    const scale = 0.75 + 0.4 * size;
    const hour = random.whole(0, 11) * 30;
    const table = hsl(random.between(18, 38), 40, random.between(30, 50));
    return {
      sound,
      draw(t) {
        const on = ringing(t);
        const rattle = on ? Math.sin(t * 61) : 0;
        const body = hsl(hue, 58, 48);
        const dark = hsl(hue, 58, 34);
        const marks = Array.from({ length: 12 }, (_, k) =>
          place(0, 0, rect(-0.7, -16, 1.4, 3, '#403a35'), { turn: k * 30 }),
        ).join('');
        const bells =
          place(-13, -24, path('M-9 2 A9.5 9.5 0 0 1 9 2Z', '#e7c558') + circle(0, -8, 1.6, '#b3922e'), {
            turn: -35 + 5 * rattle,
          }) +
          place(13, -24, path('M-9 2 A9.5 9.5 0 0 1 9 2Z', '#e7c558') + circle(0, -8, 1.6, '#b3922e'), {
            turn: 35 + 5 * rattle,
          });
        const hammer = place(0, -22, line(0, 0, 0, -9, '#5a544c', 1.6) + rect(-3, -12, 6, 4, '#5a544c', 1), {
          turn: 30 * rattle,
        });
        const feet = line(-12, 18, -17, 25, dark, 4) + line(12, 18, 17, 25, dark, 4);
        const face =
          circle(0, 0, 23, body) +
          circle(0, 0, 18.5, digital ? (on ? '#d9ffd6' : '#f3efe2') : '#f7f3e6') +
          marks +
          place(0, 0, line(0, 0, 0, -9, '#2a2521', 2.4), { turn: hour }) +
          place(0, 0, line(0, 0, 0, -14, '#2a2521', 1.6), { turn: hour * 12 + t * 2 }) +
          circle(0, 0, 1.8, '#c8352b');
        const rays = on
          ? [-1, 1]
              .map((side) =>
                [0, 1, 2]
                  .map((k) =>
                    path(
                      `M${side * (31 + k * 5)} ${-26 - k * 3} q${side * 4} 8 0 ${16 + k * 5}`,
                      'none',
                      '#fff3c4',
                      1.6,
                      0.75 - k * 0.2,
                    ),
                  )
                  .join(''),
              )
              .join('')
          : '';
        return (
          rect(-10, groundY + 1, 120, 40, table) +
          rect(-10, groundY + 1, 120, 2.4, '#fff', 0, 0.16) +
          shadow(x, groundY + 6, 22 * scale) +
          place(
            x + 0.9 * rattle,
            groundY + 5 - 24 * scale - (on ? Math.abs(rattle) : 0),
            feet + hammer + bells + face + rays,
            { scale, turn: 3.5 * rattle },
          )
        );
      },
    };
  },
};
