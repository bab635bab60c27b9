// TEST CODE. What labelling offers beside the queue: ranges on the timeline of a long file, presence by keyboard, the
// history, and changes of classes taken back.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { violations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { preparedWorkspace } from './preparedWorkspace.ts';
import { command } from './steps/exploring.ts';
import { noProblems } from './steps/soundness.ts';
import { startStudioHost } from './studioHost.ts';
import { allClips, dismissMessages, eventually, layout, shoot, shots, type Clip, type Studio } from './studio.ts';

let studio: Studio;
let workspace: string;
let temporary: string;
let windows: Clip[];
let schemaId: number;

/** A minute of slow sweeps, 16 kHz, 16 bit, mono: six windows. */
function longSound(): Buffer {
  const [rate, seconds] = [16_000, 60];
  const bytes = Buffer.alloc(44 + 2 * rate * seconds);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, 2 * rate],
    [40, 2 * rate * seconds],
  ] as const)
    bytes.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.write('data', 36);
  for (let k = 0; k < rate * seconds; k++)
    bytes.writeInt16LE(
      Math.round(
        6000 * Math.sin((2 * Math.PI * (300 + 40 * (k / rate)) * k) / rate) * (Math.floor(k / rate / 10) % 2 ? 1 : 0.2),
      ),
      44 + 2 * k,
    );
  return bytes;
}
const now = async (): Promise<Clip[]> =>
  (await allClips(studio))
    .filter((clip) => windows.some((one) => one.id === clip.id))
    .sort((a, b) => a.startS - b.startS);
const marks = async (): Promise<string[]> =>
  (await now()).map((clip) =>
    clip.labels.map((label) => `${label.value}${label.presence ? ` ${label.presence}` : ''}`).join(),
  );

beforeAll(async () => {
  workspace = await preparedWorkspace();
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-'));
  await writeFile(path.join(temporary, 'long recording.wav'), longSound());
  const host = await startStudioHost(workspace);
  await host.api.collection.import({ paths: [path.join(temporary, 'long recording.wav')], embed: false });
  await eventually('the windows', async () => (await host.api.jobs.list({ active: true })).length === 0, 120);
  schemaId = (await host.api.schemas.create({ name: 'Sounds', classes: ['loud', 'quiet', 'mistake'] })).id;
  const browser = await openBrowser();
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder: temporary };
  studio.page.setDefaultTimeout(120_000);
  windows = (await allClips(studio)).filter((clip) => clip.path.includes('long recording'));
}, 600_000);

afterAll(async () => {
  await studio?.page.screenshot({ path: path.join(shots, 'label-tools-last.png') }).catch(() => undefined);
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  for (const folder of [workspace, temporary]) if (folder) await rm(folder, { recursive: true, force: true });
});

// The steps build on each other: after one that failed the rest cannot tell anything.
let failed: string | null = null;
beforeEach(() => {
  if (failed !== null) throw new Error(`not tried: “${failed}” failed before`);
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') failed ??= task.name;
});

describe('labelling', () => {
  it('labels a range of a long file by one key, chosen by keyboard or by a drag', async () => {
    const { page } = studio;
    expect(windows).toHaveLength(6);
    // The queue opens its first clip once it is made: whoever opens another one before that may see it pass.
    await layout(page, 'label');
    const queue = page.getByRole('group', { name: 'Label queue' });
    await eventually(
      'the first clip of the queue',
      async () => (await queue.getByRole('option').count()) > 0 && (await queue.locator('.cell.current').count()) === 1,
      120,
    );
    await page.getByRole('tab', { name: 'Clips' }).click();
    await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('long recording');
    const grid = page.getByRole('group', { name: 'Clips', exact: true });
    await eventually(
      'the windows found',
      async () => (await grid.getByRole('option', { name: /^long recording/ }).count()) === 6,
      120,
    );
    await grid.getByRole('option', { name: windows[0]!.name }).first().click();
    await page.keyboard.press('Alt+t');
    const timeline = page.getByRole('group', { name: /^Windows of the file/ });
    await timeline.waitFor();
    await eventually('six windows', async () => (await timeline.locator('.window').count()) === 6, 120);
    await timeline.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('toolbar', { name: 'Timeline' }).getByText('0:10 – 0:40: 3 windows').waitFor();
    await page.keyboard.press('1');
    await eventually(
      'three windows labelled',
      async () => (await marks()).join('|') === '|positive|positive|positive||',
      120,
    );
    await page.keyboard.press('Control+z');
    await eventually('the range taken back in one step', async () => (await marks()).join('') === '', 120);
    await page.keyboard.press('Escape');
    const box = (await timeline.locator('.track').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.51, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.98, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('toolbar', { name: 'Timeline' }).getByText('0:30 – 1:00: 3 windows').waitFor();
    await page.keyboard.press('2');
    await eventually('the other range', async () => (await marks()).join('|') === '|||positive|positive|positive', 120);
    await dismissMessages(page);
    await shoot(studio, 'label-timeline', { both: true });
  });

  it('says by keyboard what is only heard', async () => {
    const { page } = studio;
    // A label given makes room for what comes next: the range is chosen anew.
    await page.getByRole('group', { name: /^Windows of the file/ }).focus();
    for (const key of ['End', 'Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key);
    await page.getByRole('toolbar', { name: 'Timeline' }).getByText('0:30 – 1:00: 3 windows').waitFor();
    await page.keyboard.press('Alt+a');
    await eventually(
      'presence of the range',
      async () => (await marks()).join('|') === '|||positive audible|positive audible|positive audible',
      120,
    );
  });

  it('keeps a history, from which clips open, and which undo walks back', async () => {
    const { page } = studio;
    await page.keyboard.press('Alt+h');
    const list = page.getByRole('list', { name: 'Labels given, newest first' });
    await eventually('the steps', async () => (await list.getByRole('listitem').count()) === 3, 120);
    const lines = await list.getByRole('button').allTextContents();
    expect(lines[0]).toMatch(/^quiet, only heard\s*3 clips/);
    expect(lines[1]).toMatch(/^quiet\s*3 clips/);
    expect(lines[2]).toMatch(/^loud\s*3 clips.*taken back$/);
    await shoot(studio, 'label-history', { both: true });
    await page.getByRole('toolbar', { name: 'History' }).getByRole('button', { name: /^Undo/ }).click();
    await eventually(
      'presence taken back',
      async () => (await marks()).join('|') === '|||positive|positive|positive',
      120,
    );
  });

  it('takes back the deletion of a class with its labels', async () => {
    const { page, host } = studio;
    await dismissMessages(page);
    await page.getByRole('button', { name: 'Change quiet' }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'Class “quiet”' });
    await dialog.getByRole('button', { name: 'Delete…' }).click();
    await page.locator('.n-popconfirm__action').getByRole('button', { name: 'Confirm' }).click();
    await eventually(
      'the class gone',
      async () =>
        !(await host.api.schemas.list())
          .find((one) => one.id === schemaId)!
          .classes.some((one) => one.name === 'quiet'),
      120,
    );
    expect((await marks()).join('')).toBe('');
    await page.getByRole('log', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
    await eventually(
      'the class and its labels again',
      async () => (await marks()).join('|') === '|||positive|positive|positive',
      120,
    );
  });

  it('spreads labels to similar clips once a sample was checked, as one step', async () => {
    const { page, host } = studio;
    const classes = (await host.api.schemas.list()).find((one) => one.id === schemaId)!.classes;
    await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('');
    for (const [kind, name] of [
      ['bird', 'loud'],
      ['drum', 'mistake'],
    ] as const) {
      const given = (await allClips(studio)).filter((clip) => clip.name.startsWith(kind)).slice(0, 3);
      await host.api.annotations.set({
        clipIds: given.map(({ id }) => id),
        classId: classes.find((one) => one.name === name)!.id,
        value: 'positive',
      });
    }
    const labelled = async (): Promise<number> =>
      (await allClips(studio)).filter((clip) => clip.labels.length > 0).length;
    const before = await labelled();
    await command(page, 'Spread labels to similar clips');
    const cut = page.getByText(/^\s*The top \d+ of \d+, down to/);
    await cut.waitFor();
    const top = Number(/top (\d+)/.exec((await cut.textContent())!)![1]);
    const checked = Math.min(12, top);
    expect(checked).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Check a sample' }).click();
    const card = page.getByRole('group', { name: /Y yes, N no$/ });
    for (let k = 0; k < checked; k++) {
      await card.getByText(`${k + 1} of ${checked}`).waitFor();
      await page.keyboard.press(k === 0 ? 'n' : 'y');
    }
    await page.getByText(`${checked} of ${checked} checked`).waitFor();
    expect(await labelled()).toBe(before);
    await dismissMessages(page);
    await shoot(studio, 'label-spread', { both: true });
    await page.getByRole('button', { name: /^Accept/ }).click();
    await eventually('what was not found wrong', async () => (await labelled()) === before + top - 1, 120);
    await page.keyboard.press('Control+z');
    await eventually('all of it taken back in one step', async () => (await labelled()) === before, 120);
  });

  it('made no errors of its own, and can be read out', async () => {
    expect(await violations(studio.page)).toEqual([]);
    noProblems(studio);
  });
});
