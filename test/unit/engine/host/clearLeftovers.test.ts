import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clearLeftovers } from '../../../../src/engine/host/clearLeftovers.ts';
import { newFolder } from '../collection/openWorkspace.ts';

test('half written files of killed processes go; finished, resumable and new ones stay', async () => {
  const folder = newFolder();
  const begunMs = Date.now() - 1000;
  const put = (name: string, old: boolean) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'x');
    if (old) utimesSync(file, 1000, 1000);
  };
  const left = [
    'uploads/ab12/clip.mp4.part',
    'runs/3/state.safetensors.1a2b3c4d.part',
    'inputs/a.safetensors.00000000.part',
    'inputs/c.safetensors.3735928559',
    'thumbnails/c.jpg.17',
  ];
  const kept = [
    'inputs/a.safetensors',
    'models/cavmae.pth.partial',
    'uploads/cd34/clip.mp4',
    'elsewhere/x.part',
    'uploads/ef56/walk.wav.2024',
  ];
  for (const name of [...left, ...kept]) put(name, true);
  put('previews/gallery-3.part/page.html', true);
  put('inputs/b.safetensors.ffffffff.part', false);
  expect(await clearLeftovers(folder, begunMs, new AbortController().signal)).toBe(5);
  const files = readdirSync(folder, { recursive: true }).map(String);
  for (const name of left) expect(files).not.toContain(name);
  for (const name of [...kept, 'previews/gallery-3.part/page.html', 'inputs/b.safetensors.ffffffff.part'])
    expect(files).toContain(name);
  expect(files).not.toContain('uploads/ab12');
});
