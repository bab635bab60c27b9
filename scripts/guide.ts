// npm run guide: the user guide from the window's own help: docs/guide/README.md from its topics, and a picture for each from the built window.
// `--text` writes the text only; `--only label,train` takes some pictures anew. Needs Chromium, as the end-to-end tests do.
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { topics } from '../src/renderer/src/features/help/topics.ts';
import { openBrowser, openPage } from '../test/e2e/browser.ts';
import { demoClips } from '../test/e2e/demoClips.ts';
import { eventually, layout } from '../test/e2e/studio.ts';
import { startStudioHost, type StudioHost } from '../test/e2e/studioHost.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = path.join(root, 'src/renderer/public/guide');

/** The guide as one page of Markdown; a topic whose picture was not taken yet stands without. */
export function guideText(): string {
  const pages = topics.map(({ id, title, picture, text, tips }) =>
    [
      `## ${title}`,
      '',
      ...(existsSync(path.join(pictures, `${id}.webp`))
        ? [`![${picture}](../../src/renderer/public/guide/${id}.webp)`, '']
        : []),
      ...text.flatMap((paragraph) => [paragraph, '']),
      ...tips.map((tip) => `- ${tip}`),
      '',
    ].join('\n'),
  );
  return `# User guide\n\nMade by \`npm run guide\` from the help inside the window (Shift+F1).\n\n${topics
    .map(
      ({ title }) =>
        `- [${title}](#${title
          .toLowerCase()
          .replaceAll(/[^a-z ]/g, '')
          .replaceAll(' ', '-')})`,
    )
    .join('\n')}\n\n${pages.join('\n')}`;
}

/** The made-up person's folders: nothing of the machine that takes the pictures is on them. */
const place = path.join(os.tmpdir(), 'studio-guide');
const [workspace, recordings] = [path.join(place, 'My recordings'), path.join(place, 'Recordings')];
const folderOf: Record<string, string> = {
  bird: 'Garden',
  dog: 'Garden',
  fire: 'Garden',
  frog: 'Garden',
  siren: 'Street',
  engine: 'Street',
  car: 'Street',
};

/** Sorts the demo's clips into the folders and imports them. */
async function bringIn({ api }: StudioHost): Promise<void> {
  const files = await demoClips();
  for (const file of files)
    await cp(file, path.join(recordings, folderOf[path.basename(file).split('-')[0]!] ?? 'House', path.basename(file)));
  await api.collection.import({ paths: [recordings] });
  await eventually(
    'clips and map',
    async () =>
      (await api.collection.summary()).embedded === files.length &&
      (await api.jobs.list({ active: true })).length === 0 &&
      (await api.projections.list()).length > 0,
    1200,
  );
}

/** Labels most clips by the first word of their names and trains a head on them. */
async function teach({ api }: StudioHost): Promise<void> {
  const { rows } = await api.clips.list({ limit: 1000 });
  const nameOf = (name: string): string => name.split('-')[0]!;
  const names = [...new Set(rows.map((clip) => nameOf(clip.name)))].slice(0, 6);
  const schema = await api.schemas.create({ name: 'What sounds', multiLabel: false, classes: names });
  for (const { id, name } of schema.classes) {
    await api.annotations.set({
      clipIds: rows
        .filter((clip) => nameOf(clip.name) === name)
        .slice(0, 3)
        .map((clip) => clip.id),
      classId: id,
      value: 'positive',
    });
  }
  const { jobId } = await api.finetune.start({ schemaId: schema.id, name: 'First try' });
  await eventually(
    'the classifier',
    async () =>
      (await api.jobs.get({ jobId })).status === 'done' && (await api.jobs.list({ active: true })).length === 0,
    300,
  );
}

const command = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill(words);
  await page.keyboard.press('Enter');
};
const closed = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await page.locator('[role=dialog][aria-modal=true]').waitFor({ state: 'detached' });
};

/** How the window is arranged for each picture, and tidied after it. */
const scenes: Record<string, { arrange: (page: Page) => Promise<unknown>; tidy?: (page: Page) => Promise<unknown> }> = {
  window: {
    arrange: async (page) => {
      await layout(page, 'explore');
      await page.locator('[role=option]').nth(5).click();
    },
  },
  import: {
    arrange: async (page) => {
      await page.keyboard.press('Control+i');
      await page.getByRole('dialog').getByRole('textbox', { name: 'Folder' }).fill(recordings);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Add this folder' }).click();
      await page.getByRole('button', { name: 'Garden', exact: true }).waitFor();
    },
    tidy: closed,
  },
  map: { arrange: (page) => layout(page, 'explore') },
  search: {
    arrange: async (page) => {
      await page.locator('[role=option]').nth(9).click();
      await page.keyboard.press('Alt+l');
      await page.getByRole('tab', { name: 'Search' }).waitFor();
    },
  },
  label: {
    arrange: async (page) => {
      await layout(page, 'label');
      await page.getByRole('toolbar', { name: 'Queue' }).waitFor();
    },
  },
  train: { arrange: (page) => layout(page, 'train') },
  inspect: {
    arrange: async (page) => {
      await layout(page, 'inspect');
      await page
        .getByRole('img', { name: /^Reconstructed/ })
        .first()
        .waitFor({ timeout: 180_000 });
    },
  },
  jobs: {
    arrange: async (page) => {
      await layout(page, 'explore');
      await page.keyboard.press('Control+j');
    },
    tidy: (page) => page.keyboard.press('Control+j'),
  },
  workspaces: {
    arrange: async (page) => {
      await command(page, 'Open or make a workspace');
      await page.getByRole('list', { name: 'Recent workspaces' }).waitFor();
    },
    tidy: closed,
  },
};

async function takePictures(only: readonly string[] | null): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await rm(place, { recursive: true, force: true });
  await mkdir(recordings, { recursive: true });
  const host = await startStudioHost(workspace);
  const browser = await openBrowser();
  try {
    await bringIn(host);
    await teach(host);
    const { page } = await openPage(browser, host.url);
    page.setDefaultTimeout(120_000);
    await page
      .getByRole('contentinfo')
      .getByText(/\d+ clips/)
      .waitFor();
    await page.locator('[role=option]').first().waitFor();
    for (const { id } of topics) {
      if (only && !only.includes(id)) continue;
      await scenes[id]!.arrange(page);
      await eventually(
        'panels at rest',
        async () => !(await page.locator('.n-spin, [class*="-enter-active"]').count()),
        120,
      );
      await page
        .waitForFunction(() => [...document.images].every((image) => image.complete), undefined, { timeout: 60_000 })
        .catch(() => undefined);
      // The map moves its points for a moment after it was coloured or sized anew.
      await page.waitForTimeout(2500);
      const shot = await page.screenshot({ animations: 'disabled' });
      await sharp(shot)
        .resize(1080, 675)
        .webp({ quality: 78 })
        .toFile(path.join(pictures, `${id}.webp`));
      console.log(`${id}.webp`);
      await scenes[id]!.tidy?.(page);
    }
  } finally {
    await browser.close();
    await host.end('SIGTERM');
    await rm(place, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(path.join(root, 'docs/guide'), { recursive: true });
  await writeFile(path.join(root, 'docs/guide/README.md'), guideText());
  const at = process.argv.indexOf('--only');
  if (!process.argv.includes('--text')) await takePictures(at > 0 ? process.argv[at + 1]!.split(',') : null);
}
