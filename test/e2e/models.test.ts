// TEST CODE. Models through the window: a second checkpoint by dropping it, embedding with it, its map, search, head and workbench; clips
// imported later; back to the first; refusals. The built page and the real web host, in a real Chromium.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../src/engine/checkpoint/saveCheckpoint.ts';
import { sizes } from '../../src/engine/model/config.ts';
import { initialValue } from '../../src/engine/model/initialValue.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { openBrowser, openPage } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { command } from './steps/exploring.ts';
import { dropFile } from './steps/dropFile.ts';
import { startStudioHost } from './studioHost.ts';
import { dismissMessages, eventually, layout, shoot, type Studio } from './studio.ts';

let studio: Studio;
let panel: Locator;
let checkpoint: Uint8Array;
const files: string[] = [];

const models = () => studio.host.api.models.list();
const mine = async () => (await models()).find(({ name }) => name === 'Harbour');
const row = (name: string): Locator => panel.getByRole('navigation', { name: 'Models' }).getByRole('button', { name });
const detail = (name: string): Locator => panel.getByRole('article', { name });
const jobsEnd = (): Promise<unknown> =>
  eventually('the jobs to end', async () => (await studio.host.api.jobs.list({ active: true })).length === 0, 240);
async function importFiles(paths: string[]): Promise<void> {
  await studio.host.api.collection.import({ paths });
  await jobsEnd();
}
/** The Models panel opens in the map's group and covers it. */
const showMap = (): Promise<void> => studio.page.getByRole('tab', { name: 'Map', exact: true }).click();
async function openModels(): Promise<void> {
  await command(studio.page, 'Models: choose');
  await panel.waitFor();
}

beforeAll(async () => {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-models-'));
  const file = path.join(workspace, 'harbour.safetensors');
  await saveCheckpoint(file, {
    kind: 'cavmae',
    config: sizes.tiny,
    tensors: [...parameterShapes(sizes.tiny, 'cavmae', 0)].map(
      ([name, shape]) => [name, { shape, data: initialValue(sizes.tiny, name, shape, 1) }] as const,
    ),
    metadata: { name: 'Harbour' },
  });
  checkpoint = await readFile(file);
  await rm(file);
  files.push(...(await demoClips()).filter((name) => /\/(bell|bird|drum|alarm)-00\d/.test(name)).slice(0, 12));
  const host = await startStudioHost(workspace);
  const browser = await openBrowser();
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder: '' };
  studio.page.setDefaultTimeout(60_000);
  panel = studio.page.locator('.models');
}, 600_000);
afterAll(async () => {
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  if (studio) await rm(studio.workspace, { recursive: true, force: true });
});

describe('models', () => {
  it('are found in the palette and in the line at the foot; the shipped one is current in an empty workspace', async () => {
    await openModels();
    await detail('Small CAV-MAE').getByText('The current model').waitFor();
    await detail('Small CAV-MAE').getByText('BSD-2-Clause').waitFor();
    await studio.page.getByRole('button', { name: 'Small CAV-MAE' }).last().waitFor();
    await shoot(studio, 'models-1-empty', { both: true });
    await row('Vision-MAE start').click();
    await detail('Vision-MAE start').getByText('CC-BY-NC-4.0').waitFor();
    await row('CAV-MAE Scale++').click();
    await detail('CAV-MAE Scale++')
      .getByRole('button', { name: /^Download/ })
      .waitFor();
  });

  it('says in one line that drawn scenes are all that the shipped one knows', async () => {
    await importFiles(files.slice(0, 9));
    await layout(studio.page, 'explore');
    await showMap();
    await studio.page.getByRole('note').getByText('only knows drawn scenes').waitFor();
    await studio.page.getByRole('region', { name: 'First steps' }).getByText('Choose a model for real video').waitFor();
    await shoot(studio, 'models-2-advice', { both: true });
    await studio.page.getByRole('button', { name: /^Choose a model made for real video/ }).click();
    await detail('CAV-MAE Scale++').waitFor();
  });

  it('take a dropped checkpoint, and say why they refuse one', async () => {
    const foreign = path.join(studio.workspace, 'foreign.safetensors');
    const name = 'blocks.0.attn.qkv.weight';
    const header = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape: [3, 1], data_offsets: [0, 12] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(foreign, Buffer.concat([length, header, Buffer.alloc(12)]));
    await dropFile(panel, { name: 'foreign.safetensors', type: '', bytes: await readFile(foreign) });
    await panel.getByRole('alert').getByText('foreign.safetensors was not added').waitFor();
    await shoot(studio, 'models-3-refused', { both: true });
    expect(await mine()).toBeUndefined();
    await panel.getByRole('button', { name: 'Dismiss' }).click();
    await dropFile(panel, { name: 'harbour.safetensors', type: '', bytes: checkpoint });
    await detail('Harbour').waitFor();
    await dropFile(panel, { name: 'harbour.safetensors', type: '', bytes: checkpoint });
    await detail('Harbour (2)').getByRole('button', { name: 'Remove…' }).click();
    await studio.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually('one Harbour', async () => (await models()).filter(({ origin }) => origin === 'own').length === 1);
    await row('Harbour (2)').waitFor({ state: 'detached' });
  });

  it('embed with the chosen one, and draw its map', async () => {
    await row('Harbour').click();
    await detail('Harbour')
      .getByRole('button', { name: /^Use it and embed 9 clips/ })
      .click();
    await jobsEnd();
    await detail('Harbour').getByText('9 clips').first().waitFor();
    expect(await mine()).toMatchObject({ current: true, clips: 9, missing: 0, sets: [{ maps: 1 }] });
    await shoot(studio, 'models-4-embedded', { both: true });
    await layout(studio.page, 'explore');
    await eventually('no advice any more', async () => (await studio.page.getByRole('note').count()) === 0);
  });

  it('are what search, a head and the workbench work with', async () => {
    const { api } = studio.host;
    const { clipIds } = await api.clips.ids({});
    expect((await api.search.similar({ positives: [clipIds[0]!], k: 3 })).length).toBe(3);
    const schema = await api.schemas.create({ name: 'Things', classes: ['one', 'other'] });
    await api.annotations.set({ clipIds: clipIds.slice(0, 4), classId: schema.classes[0]!.id });
    await api.annotations.set({ clipIds: clipIds.slice(4, 9), classId: schema.classes[1]!.id });
    await api.finetune.start({ schemaId: schema.id });
    await jobsEnd();
    const harbour = (await mine())!;
    expect((await api.classifiers.list()).at(-1)).toMatchObject({ modelId: harbour.id, stale: false });
    await layout(studio.page, 'inspect');
    await studio.page
      .locator('label', { hasText: 'Model' })
      .locator('.n-base-selection')
      .first()
      .getByText('Harbour')
      .waitFor();
  });

  it('embed clips that are imported later, which reach its map', async () => {
    await importFiles(files.slice(9));
    const total = (await studio.host.api.clips.ids({})).clipIds.length;
    const harbour = (await mine())!;
    expect(harbour).toMatchObject({ clips: total, missing: 0 });
    const maps = (await studio.host.api.projections.list()).filter(({ setId }) => setId === harbour.sets[0]!.id);
    expect(maps.at(-1)!.points).toBe(total);
    expect((await models()).find(({ id }) => id === 'shipped')).toMatchObject({ clips: 9, missing: total - 9 });
  });

  it('are compared: maps side by side, neighbours in common, retrieval and heads', async () => {
    const { page, host } = studio;
    await layout(page, 'explore');
    await dismissMessages(page);
    await command(page, 'Compare two models');
    const bar = page.getByRole('toolbar', { name: 'Compare two models' });
    await bar.getByRole('button', { name: 'Compare', exact: true }).click();
    const figures = page.getByRole('region', { name: 'Figures of both' });
    await figures.getByRole('row', { name: /^Head, accuracy/ }).waitFor();
    const found = (await host.api.models.comparison({ modelId: (await mine())!.id, otherId: 'shipped' }))!;
    // The shipped model has embedded the first nine only; all of them are labelled.
    expect(found).toMatchObject({ clips: 9, neighbours: 4, retrieval: { of: 9 }, head: { clips: 9, classes: 2 } });
    await page
      .getByText(`${(100 * found.shared).toFixed(1)} %`)
      .first()
      .waitFor();
    // Both maps are drawn: a clip opened in one is marked in both, and selected in both.
    const maps = page.getByRole('group', { name: /^Maps of two models/ });
    await maps.getByRole('application').nth(1).waitFor();
    await maps.getByRole('application').first().focus();
    await page.keyboard.press('ArrowRight');
    await eventually('a mark on each map', async () => (await maps.locator('circle').count()) === 2);
    await shoot(studio, 'models-5-compared', { both: true });
    await page.getByRole('button', { name: 'Show all, fewest in common first' }).click();
    await page.getByText('Fewest neighbours in common').first().waitFor();
    await bar.getByRole('button', { name: 'Reconstructions of both' }).click();
    await page.locator('label', { hasText: 'Beside it' }).getByText('Small CAV-MAE').waitFor();
  });

  it('change back at once: the first map is shown again, and what it lacks is offered', async () => {
    await layout(studio.page, 'explore');
    await dismissMessages(studio.page);
    await openModels();
    await row('Small CAV-MAE').click();
    await detail('Small CAV-MAE').getByRole('button', { name: 'Only use it' }).click();
    await detail('Small CAV-MAE').getByText('The current model').waitFor();
    const first = (await models()).find(({ id }) => id === 'shipped')!;
    const shown = (await studio.host.api.projections.list()).filter(({ current }) => current);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every(({ setId }) => setId === first.sets[0]!.id)).toBe(true);
    await detail('Small CAV-MAE')
      .getByRole('button', { name: /^Embed \d clips/ })
      .waitFor();
    await shoot(studio, 'models-6-back');
    // The refused checkpoint is one failed request.
    expect(studio.problems.filter((problem) => !/422/.test(problem))).toEqual([]);
  });

  it('whose file vanished is said over its map, and another is used', async () => {
    const harbour = (await mine())!;
    await studio.host.api.models.use({ modelId: harbour.id });
    await rm(harbour.path!);
    await studio.page.reload();
    await layout(studio.page, 'explore');
    await showMap();
    await studio.page.getByRole('note').getByText('is gone: its map and search still work').waitFor();
    await shoot(studio, 'models-7-vanished', { both: true });
    await studio.host.api.models.use({ modelId: 'shipped' });
    await eventually(
      'the line about the file to go',
      async () => (await studio.page.getByRole('note').getByText('is gone').count()) === 0,
    );
  });
});
