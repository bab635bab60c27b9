import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportedResponse } from '../../../../src/engine/host/exportedResponse.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-exports-'));
const ask = (address: string) =>
  exportedResponse(new Request(`http://x/exports/${address}`), { workspace: { path: folder } } as never);

beforeAll(() => {
  mkdirSync(path.join(folder, 'exports', 'embeddings é'), { recursive: true });
  writeFileSync(path.join(folder, 'exports', 'embeddings é', 'clips 1.csv'), 'clip\n1\n');
  writeFileSync(path.join(folder, 'workspace.db'), 'secret');
  symlinkSync(path.join(folder, 'workspace.db'), path.join(folder, 'exports', 'link.csv'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an exported file is sent to be saved under its own name', async () => {
  const response = (await ask('embeddings%20%C3%A9/clips%201.csv'))!;
  expect(await response.text()).toBe('clip\n1\n');
  expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''clips%201.csv");
});

test.each([
  '../workspace.db',
  '%2e%2e/workspace.db',
  '..%2fworkspace.db',
  'link.csv',
  'embeddings%20%C3%A9',
  '',
  'none.csv',
  '%00',
  '%zz',
])('nothing else is: %s', async (address) => expect(await ask(address)).toBeNull());
