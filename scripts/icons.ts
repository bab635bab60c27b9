// npm run icons: the application's icons for every system from our own drawing, src/renderer/public/icon.svg.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'resources/icons');
const svg = readFileSync(path.join(root, 'src/renderer/public/icon.svg'));

const png = (size: number): Promise<Buffer> =>
  sharp(svg, { density: (72 * size) / 32 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toBuffer();

/** Windows: a directory of PNG pictures (ICO, Vista and later). */
function ico(pictures: readonly { size: number; data: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  pictures.forEach(({ size, data }, i) => {
    const at = 6 + 16 * i;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(data.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([head, ...pictures.map(({ data }) => data)]);
}

/** macOS: chunks named by size (Apple Icon Image format, PNG entries). */
function icns(pictures: readonly { size: number; data: Buffer }[]): Buffer {
  const names: Record<number, string[]> = {
    32: ['ic11'],
    64: ['ic12'],
    128: ['ic07'],
    256: ['ic08', 'ic13'],
    512: ['ic09', 'ic14'],
    1024: ['ic10'],
  };
  const chunk = (name: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  return chunk(
    'icns',
    Buffer.concat(pictures.flatMap(({ size, data }) => (names[size] ?? []).map((name) => chunk(name, data)))),
  );
}

mkdirSync(folder, { recursive: true });
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];
const pictures = await Promise.all(sizes.map(async (size) => ({ size, data: await png(size) })));
for (const { size, data } of pictures) if (size <= 512) writeFileSync(path.join(folder, `${size}x${size}.png`), data);
writeFileSync(path.join(folder, 'icon.ico'), ico(pictures.filter(({ size }) => size <= 256)));
writeFileSync(path.join(folder, 'icon.icns'), icns(pictures));
console.log(`${folder}: ${sizes.join(', ')} px, icon.ico, icon.icns`);
