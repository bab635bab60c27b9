// One clip of the demo collection, from a family and a seed: an event in a place, seen by an unsteady camera and heard in a noisy one.
//
// Nuisance is drawn apart from the event: place, light, tint, camera, grain, distractors; hum, hiss, distant noise, echo, loudness.
import sharp from 'sharp';
import type { Picture } from '../media/mediaDecoder.ts';
import { DemoRandom } from './demoRandom.ts';
import type { EventFamily } from './demoEvent.ts';
import { makeScenery } from './scenery.ts';
import { circle, hsl, polygon, rect } from './svg.ts';
import { brownNoise, filter, mixAt, normalise, reverb, whiteNoise } from './synth.ts';

export interface DemoClip {
  className: string;
  durationS: number;
  /** Mono at `rateHz`, in [-1, 1]. */
  sound: Float32Array;
  /** The picture at `t` seconds, [size, size, 3]. */
  picture(t: number): Promise<Picture>;
}

export interface DemoClipOptions {
  rateHz?: number;
  sizePx?: number;
  durationS?: number;
}

function distractor(random: DemoRandom): (t: number) => string {
  const [x, y, r, speed, phase] = [
    random.pick([6, 94]),
    random.between(20, 92),
    random.between(3, 7),
    random.between(0.5, 3),
    random.between(0, 6),
  ];
  const colour = hsl(random.between(0, 360), random.between(40, 80), random.between(40, 70));
  const kind = random.whole(0, 2);
  return (t) => {
    const [dx, dy] = [3 * Math.sin(speed * t + phase), 4 * Math.cos(speed * 0.8 * t + phase)];
    if (kind === 0)
      return circle(x + dx, y + dy, r, colour) + circle(x + dx - r * 0.3, y + dy - r * 0.3, r * 0.3, '#fff', 0.5);
    if (kind === 1) return rect(x + dx - r, y + dy - r, r * 2, r * 2, colour, 1);
    return polygon(
      [
        [x + dx, y + dy - r],
        [x + dx + r, y + dy + r],
        [x + dx - r, y + dy + r],
      ],
      colour,
    );
  };
}

function dirtySound(event: Float32Array, random: DemoRandom, durationS: number, rateHz: number): Float32Array {
  let sound = normalise(event, 1);
  const echo = random.next();
  if (echo > 0.35) sound = reverb(sound, rateHz, random.between(0.2, 1.1), random.between(0.05, 0.32));
  normalise(sound, 1);
  const background = new Float32Array(sound.length);
  mixAt(
    background,
    filter(brownNoise(durationS, rateHz, random), rateHz, 'low', random.between(300, 2500)),
    0,
    random.between(0.1, 1),
    rateHz,
  );
  mixAt(background, whiteNoise(durationS, rateHz, random), 0, random.between(0.005, 0.06), rateHz);
  const humHz = random.pick([50, 60, 100, 120]);
  const hum = random.chance(0.3) ? random.between(0.05, 0.3) : 0;
  for (let i = 0; i < background.length; i++) background[i]! += hum * Math.sin((2 * Math.PI * humHz * i) / rateHz);
  // Signal above noise by 8 to 30 dB.
  normalise(background, 10 ** (-random.between(8, 30) / 20));
  for (let i = 0; i < sound.length; i++) sound[i]! += background[i]!;
  return normalise(sound, 10 ** (-random.between(1, 14) / 20));
}

/** The same family and seed give the same clip. */
export function makeDemoClip(
  family: EventFamily,
  seed: string,
  { rateHz = 32_000, sizePx = 224, durationS: fixedS }: DemoClipOptions = {},
): DemoClip {
  const random = new DemoRandom(`${family.name}/${seed}`);
  const durationS = fixedS ?? Math.round(random.between(3, 5) * 10) / 10;
  const scenery = makeScenery(random.pick(family.settings), new DemoRandom(`${seed}/place/${random.next()}`));
  const look = new DemoRandom(`${seed}/look/${random.next()}`);
  const noise = new DemoRandom(`${seed}/noise/${random.next()}`);
  const event = family.make(random, { durationS, rateHz });
  const others = Array.from({ length: look.whole(0, 2) }, () => distractor(look));
  const camera = {
    shake: look.chance(0.5) ? look.between(0.2, 1.2) : 0,
    pan: look.between(-3, 3),
    zoom: look.between(1.06, 1.14),
    drift: look.between(-0.02, 0.02),
    turn: look.between(-2.5, 2.5),
    rate: look.between(3, 9),
  };
  const [tint, strength, dark] = [
    hsl(look.between(0, 360), 70, 50),
    look.between(0, 0.16),
    look.chance(0.35) ? look.between(0.05, 0.3) : 0,
  ];
  const grain = look.between(0, 7);
  const mirrored = look.chance(0.5) ? 'translate(100 0) scale(-1 1)' : '';
  const svgAt = (t: number): string => {
    const [dx, dy] = [
      camera.shake * Math.sin(camera.rate * t * 2.3) + camera.pan * (t / durationS - 0.5),
      camera.shake * Math.cos(camera.rate * t * 3.1),
    ];
    const zoom = camera.zoom + camera.drift * t;
    const view = `translate(${(50 + dx).toFixed(2)} ${(50 + dy).toFixed(2)}) rotate(${(camera.turn + camera.shake * 0.5 * Math.sin(camera.rate * t)).toFixed(2)}) scale(${zoom.toFixed(3)}) translate(-50 -50) ${mirrored}`;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${sizePx}" height="${sizePx}" viewBox="0 0 100 100"><g transform="${view}">${scenery.behind(t)}${event.draw(t)}${scenery.before(t)}${others.map((draw) => draw(t)).join('')}${event.veil?.(t) ?? ''}</g>${rect(0, 0, 100, 100, tint, 0, strength)}${dark ? rect(0, 0, 100, 100, '#000', 0, dark) : ''}</svg>`;
  };
  return {
    className: family.name,
    durationS,
    sound: dirtySound(event.sound, noise, durationS, rateHz),
    async picture(t) {
      const raw = await sharp(Buffer.from(svgAt(t)))
        .flatten({ background: '#000' })
        .removeAlpha()
        .raw()
        .toBuffer();
      const data = new Uint8Array(raw);
      const speckle = new DemoRandom(`${seed}/grain/${Math.round(t * 1000)}`);
      if (grain > 0.5)
        for (let i = 0; i < data.length; i += 3) {
          const change = (speckle.next() + speckle.next() - 1) * grain * 2;
          for (let c = 0; c < 3; c++) data[i + c] = Math.max(0, Math.min(255, data[i + c]! + change));
        }
      return { width: sizePx, height: sizePx, data };
    },
  };
}
