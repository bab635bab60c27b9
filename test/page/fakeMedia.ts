// TEST CODE. Pictures and spectrograms drawn on the spot.
import sharp from 'sharp';
import { random } from './fakeCollection.ts';

export async function fakePicture(clipId: number, group: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const next = random(clipId * 31 + 5);
  const hue = (group * 40 + next() * 30) % 360;
  const frame = /frames\/(\d)/.exec(what)?.[1];
  const x = 40 + (frame ? Number(frame) * 28 : next() * 240);
  const [w, h] = frame ? [224, 224] : [320, 180];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 320 180"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(${hue},35%,${28 + next() * 25}%)"/><stop offset="1" stop-color="hsl(${hue + 40},30%,14%)"/></linearGradient></defs><rect width="320" height="180" fill="url(#g)"/><circle cx="${x}" cy="${60 + next() * 60}" r="${18 + next() * 26}" fill="hsl(${hue + 20},60%,62%)"/><rect y="${130 + next() * 20}" width="320" height="60" fill="hsl(${hue + 60},25%,20%)"/></svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer());
}

export async function fakeSpectrogram(clipId: number, columns: number): Promise<Uint8Array<ArrayBuffer>> {
  const next = random(clipId);
  const pixels = new Uint8Array(columns * 128 * 3);
  const base = 30 + next() * 60;
  for (let x = 0; x < columns; x++) {
    const loud = Math.exp(-(((x % 70) - 10) ** 2) / 200);
    for (let y = 0; y < 128; y++) {
      const f = 127 - y;
      const v = Math.min(
        1,
        0.12 + 0.3 * Math.exp(-f / 40) + loud * Math.exp(-(((f % base) - 8) ** 2) / 30) + next() * 0.12,
      );
      pixels.set(
        [
          Math.round(255 * Math.min(1, v * 1.5) ** 1.2),
          Math.round(255 * v ** 2.2),
          Math.round(90 + 120 * Math.sin(v * 3)),
        ],
        (y * columns + x) * 3,
      );
    }
  }
  return new Uint8Array(
    await sharp(pixels, { raw: { width: columns, height: 128, channels: 3 } })
      .png()
      .toBuffer(),
  );
}
