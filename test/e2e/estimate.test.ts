// TEST CODE. How often a class occurs, through the window: a classifier trained on some of the demo clips, an audit by keys, the interval that
// narrows, groups, and undo. The built page and the real web host, in a real Chromium.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { command } from './steps/exploring.ts';
import { startStudioHost } from './studioHost.ts';
import { allClips, choose, dismissMessages, eventually, layout, shoot, type Studio } from './studio.ts';

let studio: Studio;
let panel: Locator;
let bell: number;

const kindOf = (name: string): string => /([a-z]+)-\d+/.exec(name)![1]!;
const jobsEnd = (): Promise<unknown> =>
  eventually('the jobs to end', async () => (await studio.host.api.jobs.list({ active: true })).length === 0, 240);
const answered = async (): Promise<number> =>
  (await studio.host.api.estimates.designs({})).reduce((sum, { audited }) => sum + audited, 0);
const audited = (n: number): Promise<unknown> => eventually(`${n} answers`, async () => (await answered()) === n);

/** Answers the clip on show as somebody who reads the file's name. */
async function answerOne(): Promise<void> {
  // The name comes with the clip's facts, a moment after the clip's turn.
  const name = await eventually(
    'the name of the clip',
    async () =>
      /[a-z]+-\d+/.exec(
        (await panel.getByRole('region', { name: 'Audit' }).locator('.ask .dim').textContent()) ?? '',
      )?.[0],
  );
  const before = await answered();
  await panel.getByRole('region', { name: 'Audit' }).focus();
  await studio.page.keyboard.press(kindOf(name) === 'bell' ? 'b' : 'n');
  await audited(before + 1);
}

beforeAll(async () => {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-estimate-'));
  const files = await demoClips();
  const host = await startStudioHost(workspace);
  const { api } = host;
  await api.collection.import({ paths: files });
  const browser = await openBrowser();
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder: '' };
  studio.page.setDefaultTimeout(60_000);
  await jobsEnd();
  const schema = await api.schemas.create({ name: 'sounds', classes: ['bell', 'other'] });
  bell = schema.classes[0]!.id;
  const clips = await allClips(studio);
  // Half of the clips teach; nobody drew them.
  for (const one of schema.classes)
    await api.annotations.set({
      clipIds: clips
        .filter(({ name }, i) => i % 2 === 0 && (kindOf(name) === 'bell') === (one.name === 'bell'))
        .map(({ id }) => id),
      classId: one.id,
      value: 'positive',
    });
  await api.metadata.set({
    clipIds: clips.slice(0, Math.ceil(clips.length / 2)).map(({ id }) => id),
    values: { site: 'north' },
  });
  await api.finetune.start({ schemaId: schema.id, name: 'bells' });
  await jobsEnd();
  panel = studio.page.locator('.dock-panel').filter({ has: studio.page.getByRole('toolbar', { name: 'Estimate' }) });
}, 600_000);
afterAll(async () => {
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  if (studio) await rm(studio.workspace, { recursive: true, force: true });
});

describe('an estimate', () => {
  it('is found in the palette, and says that nothing was audited', async () => {
    await command(studio.page, 'Estimate how often');
    await panel.getByText(/Nothing was audited/).waitFor();
    await panel.getByRole('button', { name: 'Start an audit' }).waitFor();
    await dismissMessages(studio.page);
    await shoot(studio, 'estimate-1-start', { both: true });
  });

  it('narrows as clips are answered by keys', async () => {
    await panel.getByRole('button', { name: 'Start an audit' }).click();
    await panel.getByText('Is bell in this clip?').waitFor();
    for (let i = 0; i < 30; i++) await answerOne();
    const { overall } = (await studio.host.api.estimates.estimate({ classId: bell })) as {
      overall: { estimate: number; low: number; high: number; audited: number; clips: number };
    };
    expect(overall.audited).toBe(30);
    const clips = await allClips(studio);
    const truth = clips.filter(({ name }) => kindOf(name) === 'bell').length / clips.length;
    expect(overall.low).toBeLessThanOrEqual(truth);
    expect(overall.high).toBeGreaterThanOrEqual(truth);
    expect(overall.high - overall.low).toBeLessThan(0.35);
    await panel.getByText('30 audited').waitFor();
    await panel.getByRole('img', { name: /How the interval narrowed. After 30 audits/ }).waitFor();
    await panel.getByRole('img', { name: /Clips by score/ }).waitFor();
    await dismissMessages(studio.page);
    await shoot(studio, 'estimate-2-audit', { both: true });
  });

  it('takes an answer back and shows that clip again', async () => {
    const name = panel.getByRole('region', { name: 'Audit' }).locator('.ask .dim');
    const shown = await name.textContent();
    await answerOne();
    await panel.getByRole('region', { name: 'Audit' }).getByRole('button', { name: 'Undo' }).click();
    await audited(30);
    await eventually('the clip to come back', async () => (await name.textContent()) === shown);
  });

  it('is grouped by a column, heard and seen told apart, and readable in both themes', async () => {
    await choose(studio.page, panel.getByRole('toolbar', { name: 'Estimate' }).locator('.by'), 'site');
    const table = panel.getByRole('group', { name: 'Estimates by site' });
    await table.getByRole('row', { name: /north/ }).waitFor();
    await panel.getByRole('radio', { name: 'heard' }).click();
    await panel.getByRole('radio', { name: 'heard', checked: true }).waitFor();
    await dismissMessages(studio.page);
    await shoot(studio, 'estimate-3-groups', { both: true });
    for (const theme of ['Light', 'Dark']) {
      await studio.page.getByRole('button', { name: `${theme} theme` }).click();
      expect(await violations(studio.page)).toEqual([]);
      await shoot(studio, `estimate-4-${theme.toLowerCase()}`);
    }
    await panel.getByRole('radio', { name: 'any' }).click();
  });

  it('is exported as a page with figures, tables and method', async () => {
    await panel.getByRole('button', { name: 'Report' }).click();
    const dialog = studio.page.getByRole('dialog', { name: 'Report' });
    await dialog.getByRole('link', { name: 'report.html' }).waitFor();
    await shoot(studio, 'estimate-5-report', { both: true });
    const [download] = await Promise.all([
      studio.page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'report.html' }).click(),
    ]);
    const page = await readFile(await download.path(), 'utf8');
    expect(page).toContain('30 audited');
    expect(page).toContain('Laud PJ (2017)');
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(3);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('stands beside snapshots, which are compared and restored', async () => {
    await command(studio.page, 'Snapshots of all labels');
    const dialog = studio.page.getByRole('dialog', { name: 'Snapshots' });
    await dialog.getByText('No snapshots yet').waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('before');
    await dialog.getByRole('button', { name: 'Make a snapshot' }).click();
    await dialog.getByRole('button', { name: 'Compare before with now' }).waitFor();
    const [clip] = await allClips(studio);
    await studio.host.api.annotations.set({ clipIds: [clip!.id], classId: bell, value: 'positive' });
    await dialog.getByRole('button', { name: 'Compare before with now' }).click();
    await dialog.getByRole('group', { name: 'Differences by clip' }).getByText(clip!.name).first().waitFor();
    await shoot(studio, 'estimate-6-snapshots', { both: true });
    expect(await violations(studio.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Restore before' }).click();
    await studio.page.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('Before restoring before').waitFor();
    const labels = (await allClips(studio)).find(({ id }) => id === clip!.id)!.labels;
    expect(labels).toEqual(clip!.labels);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('is reached from a classifier in the Train layout', async () => {
    await layout(studio.page, 'Train');
    await studio.page.getByRole('button', { name: 'Estimate how often classes occur with bells' }).click();
    await panel.getByText('30 audited').waitFor();
    expect(studio.problems).toEqual([]);
  });
});
