import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readBoundedText } from '../../../../src/engine/base/readBounded.ts';
import { ByteSource } from '../../../../src/engine/checkpoint/byteSource.ts';
import { configBeside } from '../../../../src/engine/checkpoint/configBeside.ts';
import { newFolder } from '../collection/openWorkspace.ts';

test('a small file is read, a large one refused by its size', async () => {
  const file = path.join(newFolder(), 'card.json');
  writeFileSync(file, '{"a":1}');
  expect(await readBoundedText(file, 7)).toBe('{"a":1}');
  await expect(readBoundedText(file, 6)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(readBoundedText(`${file}.none`, 6)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.skipIf(process.platform === 'win32')(
  'pipes are refused without waiting, as checkpoint and beside one',
  async () => {
    const folder = newFolder();
    for (const name of ['model.safetensors', 'config.json']) execFileSync('mkfifo', [path.join(folder, name)]);
    const model = path.join(folder, 'model.safetensors');
    await expect(ByteSource.open(model)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await configBeside(model)).toBeNull();
  },
);
