// What a label file may cost: its kind and size are checked, and reading leaves the process free.
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importLabels } from '../../../../../src/engine/collection/labels/importLabels.ts';
import { inspectLabels } from '../../../../../src/engine/collection/labels/inspectLabels.ts';
import type { LabelFormatName } from '../../../../../src/engine/collection/labels/labelFormats.ts';
import { newFolder, openWorkspace } from '../openWorkspace.ts';

const formats: LabelFormatName[] = ['csv', 'jsonl', 'audioset-csv', 'vggsound-csv', 'cavmae-json'];

test.skipIf(process.platform === 'win32').each(formats)(
  '%s: a pipe or a device is refused, not read',
  async (format) => {
    const workspace = openWorkspace();
    const pipe = path.join(newFolder(), 'labels.csv');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero'])
      await expect(importLabels(workspace, { path: file, format })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: `${file} is not a file`,
      });
  },
);

test('a pipe is not looked into either', async () => {
  const pipe = path.join(newFolder(), 'labels.csv');
  execFileSync('mkfifo', [pipe]);
  await expect(inspectLabels(pipe)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test.each(formats)('%s: a file too large is refused by its size, before it is read', async (format) => {
  const file = path.join(newFolder(), 'labels.csv');
  const handle = openSync(file, 'w');
  ftruncateSync(handle, 3 * 1024 ** 3);
  closeSync(handle);
  await expect(importLabels(openWorkspace(), { path: file, format })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('3072 MiB'),
  });
});

test.each(['csv', 'jsonl'] as const)('%s: while many lines are read, other work goes on', async (format) => {
  const file = path.join(newFolder(), `labels.${format}`);
  const line = (n: number) =>
    format === 'csv'
      ? `nowhere/file ${n}.mp4,dog\n`
      : `${JSON.stringify({ path: `nowhere/file ${n}.mp4`, label: 'dog' })}\n`;
  writeFileSync(
    file,
    (format === 'csv' ? 'path,label\n' : '') + Array.from({ length: 60_000 }, (_, n) => line(n)).join(''),
  );
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const report = await importLabels(openWorkspace(), { path: file, format });
  clearInterval(timer);
  expect(report.unmatched).toHaveLength(60_000);
  expect(report.unmatched.at(-1)!.line).toBe(format === 'csv' ? 60_001 : 60_000);
  expect(longest).toBeLessThan(1000);
});
