// TEST CODE. A source is watched through the window: what comes is imported, embedded and shown, what goes is marked,
// also across a restart.
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { allClips, eventually, shoot, shots } from './studio.ts';
import { startStudioHost, type StudioHost } from './studioHost.ts';

let host: StudioHost;
let browser: Browser;
let page: Page;
let problems: string[];
let temporary: string;
let media: string;
const at = (...names: string[]) => path.join(temporary, ...names);
const clips = async () =>
  (await allClips({ host }))
    .map(({ name, badges }) => `${name}${badges.includes('missing') ? ' missing' : ''}`)
    .toSorted();
const clipsBecome = (...names: string[]) =>
  eventually(names.join(), async () => (await clips()).join() === names.join(), 300);
const idle = () =>
  eventually('the end of the jobs', async () => (await host.api.jobs.list({ active: true })).length === 0, 600);
const toggle = () => page.getByRole('button', { name: 'Watch media: import what comes or changes' });

beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-sources-'));
  media = at('media');
  await mkdir(media);
  for (const [k, name] of ['owl', 'wren', 'lark'].entries())
    await makeMedia(at(`${name}.mkv`), {
      format: 'matroska',
      video: { codec: 'mpeg4', level: (x, y) => 40 + 50 * k + ((x + y) % 20) },
      audio: { codec: 'flac', sample: (n) => 0.4 * Math.sin(n * (0.1 + 0.1 * k)) },
      durationS: 1,
    });
  await copyFile(at('owl.mkv'), path.join(media, 'owl.mkv'));
  host = await startStudioHost(at('workspace'));
  await host.api.collection.import({ paths: [media], embed: false });
  await idle();
  browser = await openBrowser();
  ({ page, problems } = await openPage(browser, host.url));
  page.setDefaultTimeout(120_000);
}, 900_000);

afterAll(async () => {
  await browser?.close();
  await host?.end('SIGTERM');
  await rm(temporary, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await page.screenshot({ path: path.join(shots, 'sources-failed.png') }).catch(() => undefined);
});

describe('a watched source', () => {
  it('is off until it is asked for, and then brings in what comes, with all that follows an import', async () => {
    expect(await toggle().getAttribute('aria-pressed')).toBe('false');
    await toggle().click();
    await page.getByText('media is watched: what comes or changes there is imported by itself').waitFor();
    expect(await toggle().getAttribute('aria-pressed')).toBe('true');
    await shoot({ page }, 'sources-1-watched', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    await copyFile(at('wren.mkv'), path.join(media, 'wren.mkv'));
    await clipsBecome('owl.mkv', 'wren.mkv');
    await page.getByText('2 clips').first().waitFor();
    await idle();
    expect(await host.api.collection.summary()).toMatchObject({
      media: 2,
      embedded: 2,
      roots: [{ name: 'media', watched: true, mediaCount: 2 }],
    });
    expect(await host.api.projections.list()).toHaveLength(1);
  });

  it('marks what goes, and finds after a restart what came meanwhile', async () => {
    await rm(path.join(media, 'owl.mkv'));
    await clipsBecome('owl.mkv missing', 'wren.mkv');
    await host.end('SIGTERM');
    await copyFile(at('lark.mkv'), path.join(media, 'lark.mkv'));
    host = await startStudioHost(at('workspace'));
    await clipsBecome('lark.mkv', 'owl.mkv missing', 'wren.mkv');
    await idle();
    // Onto the map that is there, without another one.
    expect(await host.api.collection.summary()).toMatchObject({ embedded: 3 });
    expect(await host.api.projections.list()).toHaveLength(1);
    ({ page, problems } = await openPage(browser, host.url));
    expect(await toggle().getAttribute('aria-pressed')).toBe('true');
    await shoot({ page }, 'sources-2-after', { both: true });
  });

  it('is left alone again when it is switched off', async () => {
    await toggle().click();
    await page.getByText('media is no longer watched').waitFor();
    await copyFile(at('owl.mkv'), path.join(media, 'owl again.mkv'));
    await new Promise((resolve) => {
      setTimeout(resolve, 5000);
    });
    expect(await clips()).toEqual(['lark.mkv', 'owl.mkv missing', 'wren.mkv']);
    expect(problems).toEqual([]);
  });
});
