// TEST CODE. A workspace with the demo clips imported, embedded and mapped, made once for each state of the engine's
// code and copied for each test file that starts from there.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoClips } from './demoClips.ts';
import { eventually } from './studio.ts';
import { startStudioHost } from './studioHost.ts';

const sources = fileURLToPath(new URL('../../src/', import.meta.url));

async function engineHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const room of ['engine', 'shared']) {
    for (const name of (await readdir(path.join(sources, room), { recursive: true }))
      .filter((one) => one.endsWith('.ts'))
      .sort())
      hash.update(await readFile(path.join(sources, room, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** @returns a fresh folder that the caller removes; its clips are the files of `demoClips`, outside of it. */
export async function preparedWorkspace(): Promise<string> {
  const master = path.join(os.tmpdir(), `cavmae-e2e-workspace-${await engineHash()}`);
  if (!existsSync(master)) {
    const files = await demoClips();
    const making = await mkdtemp(`${master}-making-`);
    const host = await startStudioHost(making);
    try {
      await host.api.collection.import({ paths: files });
      await eventually(
        'the prepared workspace',
        async () => {
          const { embedded } = await host.api.collection.summary();
          const busy = await host.api.jobs.list({ active: true });
          return embedded === files.length && busy.length === 0 && (await host.api.projections.list()).length > 0;
        },
        1200,
      );
    } finally {
      await host.end('SIGTERM');
    }
    await rename(making, master).catch(() => rm(making, { recursive: true, force: true }));
  }
  const copy = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-'));
  await cp(master, copy, { recursive: true });
  return copy;
}
