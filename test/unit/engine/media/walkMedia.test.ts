import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { walkMedia } from '../../../../src/engine/media/walkMedia.ts';

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'walk-'));
  mkdirSync(at('a', 'déjà vu 日本'), { recursive: true });
  mkdirSync(at('.hidden'));
  for (const name of ['b.mp4', 'notes.txt', 'a/c.WAV', 'a/déjà vu 日本/ü.mkv', '.hidden/d.mp4', 'a/.e.mp4'])
    writeFileSync(at(name), 'x');
  mkdirSync(at('studio', 'thumbnails'), { recursive: true });
  for (const name of ['workspace.db', 'thumbnails/1.jpg']) writeFileSync(at('studio', name), 'x');
  writeFileSync(at('a', 'code.ts'), 'export {};');
  writeFileSync(at('a', 'stream.ts'), Buffer.from([0x47, 0x40]));
  symlinkSync(folder, at('a', 'loop'));
  symlinkSync(at('b.mp4'), at('a', 'link.mp4'));
  symlinkSync(at('gone.mp4'), at('a', 'dangling.mp4'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('finds media in folders within folders, each once, ends in loops, and leaves workspaces alone', async () => {
  const { paths, failures } = await walkMedia([folder, at('b.mp4')]);
  expect(paths).toEqual(
    [at('a', 'c.WAV'), at('a', 'déjà vu 日本', 'ü.mkv'), at('a', 'link.mp4'), at('a', 'stream.ts'), at('b.mp4')].sort(),
  );
  expect(failures).toEqual([{ path: at('a', 'dangling.mp4'), code: 'NOT_FOUND', message: 'the link leads nowhere' }]);
});

test('what is named itself and is no media is reported', async () => {
  const { paths, failures } = await walkMedia([at('notes.txt'), at('missing')]);
  expect(paths).toEqual([]);
  expect(failures).toMatchObject([
    { path: at('notes.txt'), code: 'BAD_INPUT' },
    { path: at('missing'), code: 'NOT_FOUND' },
  ]);
});

test.skipIf(process.getuid?.() === 0)('a folder that cannot be read is reported', async () => {
  mkdirSync(at('locked'));
  chmodSync(at('locked'), 0);
  const { failures } = await walkMedia([at('locked')]);
  chmodSync(at('locked'), 0o755);
  expect(failures).toMatchObject([{ path: at('locked'), code: 'BAD_INPUT' }]);
});

test.skipIf(process.platform === 'win32')('pipes and devices are told, never opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  execFileSync('mkfifo', [join(folder, 'pipe.ts')]);
  symlinkSync(join(folder, 'pipe.ts'), join(folder, 'link.mp4'));
  symlinkSync('/dev/zero', join(folder, 'zero.wav'));
  const { paths, failures } = await walkMedia([folder]);
  expect(paths).toEqual([]);
  expect(failures.map(({ path, code }) => [path.slice(folder.length + 1), code]).toSorted()).toEqual([
    ['link.mp4', 'BAD_INPUT'],
    ['pipe.ts', 'BAD_INPUT'],
    ['zero.wav', 'BAD_INPUT'],
  ]);
  rmSync(folder, { recursive: true });
});

test('folders are followed so deep and no deeper, which is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  let deep = folder;
  for (let n = 0; n < 70; n++) {
    deep = join(deep, 'd');
    mkdirSync(deep);
    if (n === 10 || n === 69) writeFileSync(join(deep, 'x.wav'), 'x');
  }
  const { paths, failures } = await walkMedia([folder]);
  expect(paths).toHaveLength(1);
  expect(failures).toMatchObject([{ code: 'BAD_INPUT', message: expect.stringContaining('64 deep') }]);
  rmSync(folder, { recursive: true });
});

test.skipIf(process.platform !== 'linux')('a name that is no UTF-8 is told as such', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.mp4')]), 'x');
  const { paths, failures } = await walkMedia([folder]);
  expect(paths).toEqual([]);
  expect(failures).toMatchObject([{ message: expect.stringContaining('not valid UTF-8') }]);
  rmSync(folder, { recursive: true });
});
