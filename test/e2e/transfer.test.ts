// TEST CODE. Labels in and out through the window: a list with headers of its own is mapped, previewed, read in and
// taken back; exports are saved.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { command } from './steps/exploring.ts';
import { choose, eventually, shoot, shots } from './studio.ts';
import { startStudioHost, type StudioHost } from './studioHost.ts';

let host: StudioHost;
let browser: Browser;
let page: Page;
let problems: string[];
let workspace: string;
let temporary: string;

const names = ['bell-001.mkv', 'bird-001.mkv', 'bird-002.mkv'];
const dim = 8;

/** Three tiny files, imported by the host; their embeddings are made up, for no model is needed to carry them out. */
async function smallWorkspace(): Promise<void> {
  const media = path.join(temporary, 'media');
  await mkdir(media);
  for (const name of names)
    await makeMedia(path.join(media, name), {
      format: 'matroska',
      video: { codec: 'mpeg4' },
      audio: { codec: 'flac' },
      durationS: 1,
    });
  const importing = await startStudioHost(workspace);
  const { jobId } = await importing.api.collection.import({ paths: [media], embed: false });
  await eventually('the import', async () => (await importing.api.jobs.get({ jobId })).status === 'done', 300);
  await importing.end('SIGTERM');
  const opened = Workspace.open(workspace);
  const clipIds = opened.clips.ids();
  const rows = Float32Array.from({ length: clipIds.length * dim }, (_, i) => Math.sin(i));
  opened.vectors.append(opened.vectors.set('made-up', dim).setId, clipIds, { joint: rows, audio: rows, visual: rows });
  opened.close();
}

beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-lists-'));
  workspace = path.join(temporary, 'workspace');
  await smallWorkspace();
  host = await startStudioHost(workspace);
  browser = await openBrowser();
  ({ page, problems } = await openPage(browser, host.url));
  page.setDefaultTimeout(120_000);
  await page.getByText(`${names.length} clips`).first().waitFor();
}, 900_000);

afterAll(async () => {
  await browser?.close();
  await host?.end('SIGTERM');
  await rm(temporary, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await page.screenshot({ path: path.join(shots, 'transfer-failed.png') }).catch(() => undefined);
});

const labels = async () =>
  (await host.api.clips.list({ limit: 500 })).rows.flatMap((clip) => clip.labels.map(() => clip.name)).toSorted();

describe('labels and results in and out', () => {
  it('shows what a list of labels would do, by the columns chosen, before it writes', async () => {
    await writeFile(
      path.join(temporary, 'survey.csv'),
      'Recording;Finding;Observer\nbird-001.mkv;songbird;Ada\nbell-001.mkv;church;Ada\nnowhere.mkv;songbird;Ada\n',
    );
    await command(page, 'Import labels…');
    const dialog = page.getByRole('dialog', { name: 'Import labels' });
    const folder = dialog.getByLabel('Folder', { exact: true });
    // The first listing writes where it is; typing begins after it, as a person's would.
    await eventually('the first folder', async () => (await folder.inputValue()) !== '');
    await folder.fill(temporary);
    await folder.press('Enter');
    await dialog.getByRole('button', { name: 'survey.csv', exact: true }).click();
    await dialog.getByText('Choose the column of the file and of the label.').waitFor();
    await shoot({ page }, 'transfer-1-columns', { both: true });
    expect(await labels()).toEqual([]);
    // A select that does not search has no field that a label could name.
    const column = (label: RegExp) =>
      dialog
        .getByRole('group', { name: 'Which column holds what' })
        .locator('label', { hasText: label })
        .locator('.n-base-selection');
    await choose(page, column(/^File/), 'Recording');
    await choose(page, column(/^Label/), 'Finding');
    await dialog.getByRole('button', { name: 'Import 2 labels' }).waitFor();
    const counts = Object.fromEntries(
      await dialog
        .locator('dl > div')
        .evaluateAll((rows) =>
          rows.map((row) => [row.querySelector('dt')!.textContent, row.querySelector('dd')!.textContent]),
        ),
    );
    expect(counts).toEqual({
      labels: '2',
      clips: '2',
      'new classes': '2',
      'clips relabelled': '0',
      'lines not matched': '1',
    });
    await shoot({ page }, 'transfer-2-matches', { both: true });
    await dialog.getByRole('radio', { name: 'Not matched (1)' }).click();
    await dialog.getByText('no file of the collection is called nowhere.mkv').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await labels()).toEqual([]);
  });

  it('reads them in as one step, which undo takes back', async () => {
    await page.getByRole('button', { name: 'Import 2 labels' }).click();
    await eventually('two labels', async () => (await labels()).join() === 'bell-001.mkv,bird-001.mkv', 120);
    await page
      .getByRole('button', { name: /^church/ })
      .or(page.getByTitle('Label with “church” (Shift: not)'))
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
    await eventually('no labels', async () => (await labels()).length === 0);
    await page.keyboard.press('Control+Shift+z');
    await eventually('two labels again', async () => (await labels()).length === 2);
  });

  it('exports labels that the browser saves', async () => {
    await command(page, 'Export labels…');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await shoot({ page }, 'transfer-3-export', { both: true });
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('One file was written.').waitFor();
    const saving = page.waitForEvent('download');
    await dialog.getByRole('link').click();
    const download = await saving;
    expect(download.suggestedFilename()).toMatch(/^labels .*\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\n')[0]).toBe('path,start,end,label,value,presence,source,schema');
    expect(text).toMatch(/bird-001\.mkv,0,1(\.\d+)?,songbird,positive,,import,survey/);
  });

  it('exports embeddings as matrices whose rows are named', async () => {
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('button', { name: 'Export more…' }).click();
    await dialog.getByRole('radio', { name: 'Embeddings' }).click({ force: true });
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('4 files were written.').waitFor({ timeout: 240_000 });
    await shoot({ page }, 'transfer-4-files', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const [summary, jobs] = await Promise.all([host.api.collection.summary(), host.api.jobs.list({})]);
    const { files } = jobs.find(({ kind }) => kind === 'export')!.result as { files: string[] };
    const matrix = await readFile(files.find((file) => file.endsWith('joint.npy'))!);
    expect(matrix.subarray(0, 128).toString('latin1')).toContain(`(${summary.embedded}, `);
    expect(
      (
        await readFile(
          files.find((file) => file.endsWith('clips.csv'))!,
          'utf8',
        )
      )
        .trim()
        .split('\n'),
    ).toHaveLength(summary.embedded + 1);
  });

  it('says why there is nothing to export, and made no errors of its own', async () => {
    await command(page, 'Export embeddings or predictions…');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('radio', { name: 'Predictions' }).click({ force: true });
    await dialog.getByText('There is no classifier yet: train one first.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Export', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    expect(problems).toEqual([]);
  });
});
