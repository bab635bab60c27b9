// TEST CODE. The workbench on a graphics adapter: the one that Chromium plays in software, which is slow and computes
// as the others do.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../src/engine/checkpoint/saveCheckpoint.ts';
import { sizes } from '../../src/engine/model/config.ts';
import { initialValue } from '../../src/engine/model/initialValue.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { openBrowser, openPage } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { figures, notesOf, paintsAsTheEngine, workbench } from './steps/workbench.ts';
import { noProblems } from './steps/soundness.ts';
import { startStudioHost } from './studioHost.ts';
import { allClips, choose, eventually as within, layout, shoot, type Studio } from './studio.ts';

let studio: Studio;
let bench: Locator;
let clipId = 0;
let tinyId = '';
const browsers: Browser[] = [];
const eventually = <T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> =>
  within(what, ask, 300);

/** A window of its own in a browser of its own, looking at the clip. */
async function openWindow(flags: readonly string[]): Promise<void> {
  const browser = await openBrowser(flags);
  browsers.push(browser);
  studio = { ...studio, ...(await openPage(browser, studio.host.url)), browser };
  studio.page.setDefaultTimeout(300_000);
  bench = workbench(studio);
  await layout(studio.page, 'inspect');
  await studio.page
    .getByRole('option', { name: /^bell-/ })
    .first()
    .click();
}
const where = (): Locator => bench.locator('button.where');
const why = async (): Promise<string> => (await where().getAttribute('title'))!;
async function compute(choice: RegExp): Promise<void> {
  await where().click();
  await studio.page.locator('.n-dropdown-option', { hasText: choice }).click();
}
const useModel = (name: string): Promise<void> =>
  choose(studio.page, bench.locator('label', { hasText: 'Model' }).locator('.n-base-selection').first(), name);
const random = { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 } as const;

beforeAll(async () => {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-webgpu-'));
  const host = await startStudioHost(workspace);
  studio = { host, workspace, folder: '' } as unknown as Studio;
  const { jobId } = await host.api.collection.import({
    paths: (await demoClips()).filter((file) => file.includes('/bell-')).slice(0, 1),
    embed: false,
  });
  await eventually('the import', async () => (await host.api.jobs.get({ jobId })).status === 'done');
  clipId = (await allClips(studio))[0]!.id;
  const file = path.join(workspace, 'tiny.safetensors');
  await saveCheckpoint(file, {
    kind: 'cavmae',
    config: sizes.tiny,
    tensors: [...parameterShapes(sizes.tiny, 'cavmae', 0)].map(
      ([name, shape]) => [name, { shape, data: initialValue(sizes.tiny, name, shape, 1) }] as const,
    ),
    metadata: { name: 'Tiny' },
  });
  tinyId = (await host.api.models.add({ path: file })).id;
  await openWindow(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']);
}, 600_000);
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await studio?.host?.end('SIGTERM');
  if (studio) await rm(studio.workspace, { recursive: true, force: true });
});

describe('the workbench on a graphics adapter', () => {
  it('leaves one alone that is software, and says so', async () => {
    await bench.getByText(/in this window, wasm/).waitFor();
    expect(await why()).toContain('In wasm because the browser’s graphics adapter is software, which is slower.');
  });

  it('computes there where that is chosen, and paints what the engine paints, value by value', async () => {
    await compute(/WebGPU/);
    await bench.getByText(/in this window, WebGPU/).waitFor();
    expect(await why()).toContain('The model runs in this window; painting asks nobody.');
    await paintsAsTheEngine(studio, { clipId, frame: 5, mask: random });
    await shoot(studio, 'inspect-8-webgpu', { both: true });
  });

  it('follows what is asked for: another model, another mask, one modality hidden', async () => {
    await useModel('Tiny');
    await bench.getByText(/in this window, WebGPU/).waitFor();
    await paintsAsTheEngine(studio, { clipId, modelId: tinyId, frame: 5, mask: random });
    const before = (await notesOf(studio, 'Reconstructed')).join();
    await bench.getByRole('button', { name: 'Another mask' }).click();
    await eventually('other losses', async () => (await notesOf(studio, 'Reconstructed')).join() !== before);
    await paintsAsTheEngine(studio, {
      clipId,
      modelId: tinyId,
      frame: 5,
      mask: { ...random, seed: (7919 + 13) % 100_000 },
    });
    // Nothing of the sound hidden, one row of the picture.
    await bench.getByRole('button', { name: 'Painted' }).click();
    await bench.getByRole('button', { name: 'Show all' }).click();
    await bench.getByText('0 of 512 hidden').waitFor();
    await bench.getByRole('button', { name: 'Band' }).click();
    const box = (await figures(studio, 'Masked').nth(1).locator('canvas').boundingBox())!;
    await studio.page.mouse.click(box.x + box.width / 2, box.y + box.height * (3.5 / 14));
    await eventually('the losses of the picture alone', async () =>
      (await notesOf(studio, 'Reconstructed')).join('|').startsWith('|loss'),
    );
    const row = Array.from({ length: 14 }, (_, k) => 3 * 14 + k);
    await eventually('painted on the adapter', async () => /WebGPU/.test((await where().textContent())!));
    await paintsAsTheEngine(studio, {
      clipId,
      modelId: tinyId,
      frame: 5,
      mask: { ...random, mode: 'hand', handA: [], handV: row },
    });
  });

  it('leaves to the engine what the runtime cannot compute there: nothing left of one modality', async () => {
    for (const [button, hidden] of [
      ['Picture from sound', '0 of 512 hidden,196 of 196 hidden'],
      ['Sound from picture', '512 of 512 hidden,0 of 196 hidden'],
    ] as const) {
      await bench.getByRole('button', { name: button }).click();
      await eventually(
        button,
        async () =>
          (await notesOf(studio, 'Masked')).join() === hidden &&
          (await notesOf(studio, 'Reconstructed')).join('').startsWith('loss'),
      );
      await bench.getByText(/in the engine, \d+ ms/).waitFor();
    }
    noProblems(studio);
  });

  it('goes on in wasm when the adapter is lost, and says so no more than once', async () => {
    await bench.getByRole('button', { name: 'Random' }).click();
    await eventually(
      'the random mask',
      async () => (await notesOf(studio, 'Masked')).join() === '384 of 512 hidden,147 of 196 hidden',
    );
    await bench.getByText(/in this window, WebGPU/).waitFor();
    const devTools = await studio.browser.newBrowserCDPSession();
    await devTools.send('Browser.crashGpuProcess').catch(() => undefined);
    await bench.getByText(/in this window, wasm/).waitFor();
    expect(await why()).toContain('In wasm because the graphics adapter failed:');
    await paintsAsTheEngine(studio, {
      clipId,
      modelId: tinyId,
      frame: 5,
      mask: { ...random, seed: (7919 + 13) % 100_000 },
    });
    // Shown until it has been read, and not again by what is asked for later.
    await useModel('Small CAV-MAE');
    await bench.getByText(/in this window, wasm/).waitFor();
    expect(
      await studio.page.getByText('The graphics adapter failed; the model goes on in wasm.').count(),
    ).toBeLessThanOrEqual(1);
    noProblems(studio);
  });
});
