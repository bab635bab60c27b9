// TEST CODE. A finished package, where CAVMAE_PACKAGED names its program (npm run package -- --dir): it starts from the
// archive, with the Node that it carries, and embeds a clip.
import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { demoClips } from '../e2e/demoClips.ts';
import { eventually } from '../e2e/studio.ts';
import { launch, newHome, type RunningApp } from './electronApp.ts';

const binary = process.env.CAVMAE_PACKAGED;
let home: string | null = null;
let running: RunningApp | null = null;
afterAll(async () => {
  await running?.app.close();
  if (home) await rm(home, { recursive: true, force: true });
});

describe.runIf(binary)('the package', () => {
  it('starts from its archive, knows its version, and embeds a clip', async () => {
    home = await newHome();
    running = await launch({ home, binary: binary!, args: ['--no-demo'] });
    const { api } = running;
    expect(await running.app.evaluate(({ app }) => [app.isPackaged, app.getAppPath().endsWith('app.asar')])).toEqual([
      true,
      true,
    ]);
    expect((await api.system.capabilities()).version).toMatch(/^\d+\.\d+\.\d+$/);
    await api.collection.import({ paths: [(await demoClips())[0]!] });
    await eventually('the clip embedded', async () => (await api.collection.summary()).embedded === 1, 120);
    expect((await api.system.doctor()).native).toBe(true);
  });
});
