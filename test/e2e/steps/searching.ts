// TEST CODE. Search by clips and from outside, retrieval, correspondence and saved views: what the window shows is what
// the engine answers.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { choose, eventually, shoot, allClips, type Studio } from '../studio.ts';
import { command, openInGrid, selectedIn, showPanel } from './exploring.ts';

const answers = (page: Page): Locator => page.getByRole('list', { name: /^Like / }).getByRole('listitem');
const namesIn = (list: Locator): Promise<string[]> =>
  list.evaluateAll((items) =>
    items.map(
      (item) => /^\d+\. (.*?), /.exec(item.querySelector('button')?.getAttribute('aria-label') ?? '')?.[1] ?? '',
    ),
  );
const clipNamed = async (studio: Studio, name: string) => (await allClips(studio)).find((clip) => clip.name === name)!;

export async function searchByClips(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await openInGrid(page, 'bird-001.mp4');
  await command(page, 'Search by example');
  await eventually('answers', async () => (await answers(page).count()) > 20, 60);
  const names = new Map((await allClips(studio)).map((clip) => [clip.id, clip.name]));
  const like = (await clipNamed(studio, 'bird-001.mp4')).id;
  const expected = async (query: Parameters<typeof host.api.search.similar>[0]): Promise<string[]> =>
    (await host.api.search.similar({ k: 60, ...query })).map((row) => names.get(row.clipId)!);
  const shows = async (what: string, query: Parameters<typeof host.api.search.similar>[0]): Promise<void> => {
    const wanted = (await expected(query)).join();
    await eventually(what, async () => (await namesIn(answers(page))).join() === wanted, 60);
  };
  await shows('answers by both', { positives: [like], space: 'joint' });
  const ways = page.getByRole('radiogroup', { name: 'Compare by' });
  await ways.getByRole('radio', { name: 'Sound', exact: true }).click();
  await shows('answers by sound', { positives: [like], space: 'audio' });
  await ways.getByRole('radio', { name: 'Picture', exact: true }).click();
  await shows('answers by picture', { positives: [like], space: 'visual' });
  await ways.getByRole('radio', { name: 'Blend' }).click();
  const blend = page.getByRole('slider', { name: 'Share of the picture' });
  await blend.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  const share = Number(await blend.getAttribute('aria-valuenow'));
  expect(share).toBeGreaterThan(0.5);
  await shows('answers by the blend', { positives: [like], blend: share });
  await ways.getByRole('radio', { name: 'Both' }).click();
  // An answer made an example for, another against.
  await shows('answers by both again', { positives: [like], space: 'joint' });
  const [first, second] = (await namesIn(answers(page))) as [string, string];
  await answers(page).first().hover();
  await page.getByRole('button', { name: `More like ${first}` }).click();
  const more = (await clipNamed(studio, first)).id;
  await shows('answers for two', { positives: [like, more], space: 'joint' });
  await page.getByRole('button', { name: `Less like ${second}` }).click();
  await shows('answers against one', {
    positives: [like, more],
    negatives: [(await clipNamed(studio, second)).id],
    space: 'joint',
  });
  await shoot(studio, 'explore-06-search', { both: true });
  await page.getByRole('button', { name: 'Select these', exact: true }).click();
  const answered = await answers(page).count();
  await eventually('the answers selected', async () => (await selectedIn(page)) === answered);
  await page.getByRole('button', { name: 'New search' }).click();
}

/** A file that is chosen (or dropped) is embedded and compared; a clip of the collection finds itself first. */
export async function searchByFile(studio: Studio, file: string): Promise<void> {
  const { page, host } = studio;
  const media = (await host.api.collection.summary()).media;
  await showPanel(page, 'Search');
  await page.locator('input[type=file][aria-label="File to search by"]').setInputFiles(file);
  const own = file.split('/').at(-1)!;
  await eventually('the file’s own clip first', async () => (await namesIn(answers(page)))[0] === own, 120);
  expect((await host.api.collection.summary()).media).toBe(media);
  // Across: which sounds fit the picture of this file.
  await page.getByRole('radio', { name: 'Sounds for it' }).click();
  const names = new Map((await allClips(studio)).map((clip) => [clip.id, clip.name]));
  const wanted = (await host.api.search.retrieve({ file, direction: 'v2a', k: 60 })).map((row) =>
    names.get(row.clipId)!,
  );
  await eventually('answers across', async () => (await namesIn(answers(page))).join() === wanted.join(), 60);
  await shoot(studio, 'explore-07-file');
  await page.getByRole('button', { name: `Remove ${own}` }).click();
}

export async function searchByMicrophone(studio: Studio): Promise<void> {
  const { page } = studio;
  await showPanel(page, 'Search');
  await page.getByRole('button', { name: 'Search by a sound from the microphone' }).click();
  const dialog = page.getByRole('dialog', { name: 'Search by a sound' });
  await dialog.getByText('It is compared on the engine’s machine and not kept.').waitFor();
  await eventually(
    'some sound',
    async () => Number(await dialog.getByRole('progressbar', { name: 'Recorded' }).getAttribute('aria-valuenow')) >= 2,
    60,
  );
  await shoot(studio, 'explore-08-microphone');
  await dialog.getByRole('button', { name: 'Search now' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await eventually('answers to the recording', async () => (await answers(page).count()) > 20, 120);
  expect(
    await page
      .getByRole('radiogroup', { name: 'Compare by' })
      .getByRole('radio', { name: 'Sound', exact: true })
      .getAttribute('aria-checked'),
  ).toBe('true');
  await page.getByRole('button', { name: 'Remove your recording' }).click();
}

export async function searchByCamera(studio: Studio): Promise<void> {
  const { page } = studio;
  await showPanel(page, 'Search');
  await page.getByRole('button', { name: 'Search by a picture from the camera' }).click();
  const dialog = page.getByRole('dialog', { name: 'Search by a picture' });
  const video = dialog.getByLabel('Live picture');
  await eventually(
    'the live picture',
    async () =>
      (await video.count()) > 0 && (await video.evaluate((element) => (element as HTMLVideoElement).videoWidth)) > 0,
    60,
  );
  await shoot(studio, 'explore-09-camera');
  await dialog.getByRole('button', { name: 'Take the picture' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await eventually('answers to the picture', async () => (await answers(page).count()) > 20, 120);
  expect(
    await page
      .getByRole('radiogroup', { name: 'Compare by' })
      .getByRole('radio', { name: 'Picture', exact: true })
      .getAttribute('aria-checked'),
  ).toBe('true');
  await page.getByRole('button', { name: 'Remove your picture' }).click();
}

export async function retrievalOfClip(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await openInGrid(page, 'bird-001.mp4');
  await command(page, 'What fits this sound, what fits this picture');
  const { id } = await clipNamed(studio, 'bird-001.mp4');
  const names = new Map((await allClips(studio)).map((clip) => [clip.id, clip.name]));
  for (const [direction, title] of [
    ['a2v', 'Pictures that fit this sound'],
    ['v2a', 'Sounds that fit this picture'],
  ] as const) {
    const wanted = (await host.api.search.retrieve({ clipId: id, direction, k: 20 })).map((row) =>
      names.get(row.clipId)!,
    );
    const list = page.getByRole('region', { name: title }).getByRole('list', { name: title });
    await eventually(title, async () => (await namesIn(list.getByRole('listitem'))).join() === wanted.join(), 60);
    await list.getByRole('listitem').first().hover();
    await list
      .getByRole('button', { name: /^Play / })
      .first()
      .click();
    const media = list.locator('video, audio').first();
    await eventually(
      'the answer to play',
      async () =>
        (await media.count()) > 0 &&
        (await media.evaluate((element) => (element as HTMLMediaElement).currentTime)) > 0.2,
      60,
    );
    await list
      .getByRole('button', { name: /^Stop / })
      .first()
      .click();
  }
  await shoot(studio, 'explore-13-retrieval', { both: true });
}

export async function retrievalIsEvaluated(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await command(page, 'What fits this sound, what fits this picture');
  await page.getByRole('radio', { name: 'Whole collection' }).click();
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  const table = page.getByRole('table', { name: /^Retrieval over/ });
  await table.waitFor();
  const found = await host.api.search.retrievalEvaluation({});
  const rows = await table.getByRole('row').allTextContents();
  expect(rows[0]).toContain(`${found.clips} clips`);
  expect(rows).toHaveLength(4);
  for (const [i, scores] of [found.a2v, found.v2a].entries())
    expect(rows[i + 1]).toContain(scores.medianRank.toLocaleString('en'));
  const worst = found.worst.filter((miss) => miss.direction === 'a2v');
  await page.getByText(`rank ${worst[0]!.rank}`).first().waitFor();
  await shoot(studio, 'explore-14-evaluation', { both: true });
}

export async function correspondenceQueue(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await command(page, 'Clips whose sound may not fit');
  await page.getByRole('button', { name: 'Score the collection' }).click();
  const scored = await eventually(
    'scores',
    async () => {
      const { clipIds, columns } = await host.api.clips.columns({
        names: ['correspondence', 'correspondencePercentile'],
      });
      const rows = clipIds
        .map((clipId, i) => ({ clipId, percentile: columns.correspondencePercentile![i] }))
        .filter((row): row is { clipId: number; percentile: number } => typeof row.percentile === 'number');
      return rows.length > 20 && rows;
    },
    120,
  );
  const limit = page.getByRole('slider', { name: 'Suspects are at or below this percentile' });
  await limit.waitFor();
  await limit.focus();
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
  const at = Number(await limit.getAttribute('aria-valuenow'));
  const suspects = scored.filter((row) => row.percentile <= at).length;
  expect(suspects).toBeGreaterThan(0);
  const bar = page.getByRole('toolbar', { name: 'Sound and picture' });
  await bar.getByText(`${suspects} of ${scored.length}`).waitFor();
  await shoot(studio, 'explore-15-correspondence', { both: true });
  await bar.getByRole('button', { name: 'Review in the grid' }).click();
  const grid = page.getByRole('listbox', { name: 'Sound may not fit' });
  await eventually(
    'the suspects in the grid',
    async () => (await grid.getByRole('option').first().getAttribute('aria-setsize')) === String(suspects),
    30,
  );
  expect(await grid.getByRole('option').first().getAttribute('aria-description')).toMatch(
    /percentile \d+ · fits worse than/,
  );
  await page.getByRole('toolbar', { name: 'Grid' }).getByRole('button', { name: 'Show all' }).click();
  // The score is a filter with its ends, too.
  await page.getByRole('slider', { name: 'Fit, percentile, to' }).focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft');
  const total = (await allClips(studio)).length;
  await eventually(
    'fewer clips',
    async () => {
      const shown = await page
        .getByRole('listbox', { name: 'Filtered clips' })
        .getByRole('option')
        .first()
        .getAttribute('aria-setsize')
        .catch(() => null);
      return shown !== null && Number(shown) < total;
    },
    30,
  );
  await command(page, 'Clear all filters');
}

export async function savedViews(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('bird');
  const wanted = (await host.api.clips.ids({ filter: { text: 'bird' }, sort: { by: 'name', descending: true } }))
    .clipIds;
  await command(page, 'Show Clips');
  await choose(page, page.getByRole('toolbar', { name: 'Grid' }).locator('.sort'), 'Name');
  await page.getByRole('button', { name: 'Ascending; sort descending' }).click();
  await page.getByRole('button', { name: 'Save view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this view' });
  await dialog.getByRole('textbox', { name: 'Name of the view' }).fill('Birds, backwards');
  await shoot(studio, 'explore-16-save-view');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await command(page, 'Clear all filters');
  await page.reload();
  await page.getByText('All clips').first().waitFor();
  await page
    .getByRole('list', { name: 'Saved views' })
    .getByRole('button', { name: 'Birds, backwards', exact: true })
    .click();
  const grid = page.getByRole('listbox', { name: 'Filtered clips' });
  await eventually(
    'the view again',
    async () =>
      (await grid.getByRole('option').first().getAttribute('id')) === `cell-${wanted[0]}` &&
      (await grid.getByRole('option').first().getAttribute('aria-setsize')) === String(wanted.length),
    30,
  );
  await shoot(studio, 'explore-17-view', { both: true });
  await page.getByRole('button', { name: 'Remove the view Birds, backwards' }).click();
  await eventually('no view', async () => (await host.api.views.list()).length === 0, 30);
  await command(page, 'Clear all filters');
}
