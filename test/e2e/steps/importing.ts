// TEST CODE. From the one-time link to clips: the import dialog, a drop on the window, the report of what could not be
// read.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { unreadable } from '../brokenFiles.ts';
import { allClips, dismissMessages, eventually, shoot, shots, type Studio } from '../studio.ts';

/** The link opens once; a second browser is turned away. */
export async function openOnce(studio: Studio): Promise<void> {
  const { page, host, browser } = studio;
  await page.getByText('Start with something to see and hear').waitFor();
  expect(page.url()).toBe(`${host.origin}/`);
  await shoot(studio, '01-empty', { both: true });
  const stranger = await browser.newContext();
  try {
    const other = await stranger.newPage();
    expect((await other.goto(host.url))!.status()).toBe(401);
    await other.getByText('This link was already used').waitFor();
    expect((await stranger.request.post(`${host.origin}/rpc/collection/summary`, { data: {} })).status()).toBe(401);
    await other.screenshot({ path: path.join(shots, '02-link-used.png') });
  } finally {
    await stranger.close();
  }
}

/** The folder by the dialog's own browser of the engine's machine; embedding and map follow by themselves. */
export async function importFolder(studio: Studio): Promise<void> {
  const { page, folder } = studio;
  await page.getByRole('button', { name: 'Import…' }).first().click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Originals stay where they are' });
  const field = dialog.getByLabel('Folder', { exact: true });
  await eventually('the first folder', async () => (await field.inputValue()) !== '');
  await field.fill(folder);
  await field.press('Enter');
  await dialog.getByRole('list', { name: 'Folder contents' }).getByText('empty.mp4').waitFor();
  await dialog.getByRole('button', { name: 'Add this folder' }).click();
  await dialog.getByRole('list', { name: 'To be imported' }).getByText(folder).waitFor();
  await shoot(studio, '03-import-dialog', { both: true });
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('contentinfo').locator('[aria-controls=jobs-tray]').click();
  await page.getByRole('region', { name: 'Jobs' }).getByRole('progressbar').first().waitFor();
  await shoot(studio, '04-importing', { both: true });
}

/** What could not be read is named with its reason, and has stopped nothing. */
export async function readReport(studio: Studio, files: number): Promise<void> {
  const { page } = studio;
  const report = page.getByRole('dialog').filter({ hasText: 'Import report' });
  await report.waitFor({ timeout: 180_000 });
  for (const [name, reason] of Object.entries(unreadable)) {
    const row = report.getByRole('row').filter({ hasText: name });
    await row.waitFor();
    expect((await row.getByRole('cell').nth(1).textContent())!, name).toMatch(reason);
  }
  expect(await report.getByRole('row').count(), 'one heading and the unreadable files').toBe(
    1 + Object.keys(unreadable).length,
  );
  await shoot(studio, '05-import-report', { both: true });
  await report.getByRole('button', { name: 'Close', exact: true }).last().click();
  await report.waitFor({ state: 'hidden' });
  const clips = await allClips(studio);
  expect(clips.map((clip) => clip.name)).toEqual(
    expect.arrayContaining(['silent.mp4', 'sound only.wav', 'cut short.mp4']),
  );
  expect(clips).toHaveLength(files - Object.keys(unreadable).length);
  const badges = (name: string): string[] => clips.find((clip) => clip.name === name)!.badges;
  expect(badges('silent.mp4')).toContain('silent');
  expect(badges('sound only.wav')).toContain('no-picture');
  expect(badges('cut short.mp4')).toContain('salvaged');
}

/** One more clip, dropped on the window and sent from the browser. */
export async function dropFile(studio: Studio, file: string): Promise<void> {
  const { page } = studio;
  const before = (await allClips(studio)).length;
  const name = `dropped ${path.basename(file)}`;
  const transfer = await page.evaluateHandle(
    ({ bytes, as }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], as, { type: 'video/mp4' }));
      return data;
    },
    { bytes: (await readFile(file)).toString('base64'), as: name },
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
  await page.getByText('Drop to import').waitFor();
  await shoot(studio, '06-drop');
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  const dialog = page.getByRole('dialog').filter({ hasText: 'Originals stay where they are' });
  await dialog.getByText('1 of 1 files sent').waitFor();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await eventually('the dropped clip', async () => (await allClips(studio)).length === before + 1, 120);
  expect((await allClips(studio)).at(-1)!.name).toBe(name);
  expect((await studio.host.api.collection.summary()).roots.map((root) => root.name)).toEqual([
    path.basename(studio.folder),
    'uploads',
  ]);
}

/** Every clip is embedded, and a settled map has a point for each. */
export async function mapFollows(studio: Studio): Promise<void> {
  const { host } = studio;
  await eventually(
    'embedding and map of every clip',
    async () => {
      const jobs = await host.api.jobs.list({});
      const broken = jobs.find((job) => job.status === 'failed');
      if (broken) throw new Error(`${broken.title} failed: ${broken.error}`);
      const summary = await host.api.collection.summary();
      const map = (await host.api.projections.list()).at(-1);
      return (
        summary.embedded === summary.clips &&
        map?.settled &&
        !jobs.some((job) => job.status === 'running' || job.status === 'queued')
      );
    },
    400,
  );
  // Told, not judged: a busy machine stretches it.
  console.log(
    host
      .log()
      .split('\n')
      .filter((line) => line.startsWith('Event loop'))
      .join('\n'),
  );
  const { page } = studio;
  await page.getByRole('button', { name: 'Close jobs' }).click();
  await dismissMessages(page);
}
