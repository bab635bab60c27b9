// TEST CODE. Classes, labels by one key, in bulk from a search and from the lasso, undone and done again; each checked in the database.
import { expect } from 'vitest';
import { lasso } from './mapping.ts';
import { clearSearch, openClip } from './watching.ts';
import { allClips, dismissMessages, eventually, layout, shoot, type Studio } from '../studio.ts';

/** Names of files begin with what is in them. */
export const classes = ['alarm', 'bell', 'bird', 'clock', 'dog'];

/** Names of the clips that are positive for a class, from the database. */
async function positives(studio: Studio, name: string): Promise<string[]> {
  const schema = (await studio.host.api.schemas.list())[0]!;
  const wanted = schema.classes.find((one) => one.name === name)!.id;
  return (await allClips(studio))
    .filter((clip) => clip.labels.some((label) => label.classId === wanted && label.value === 'positive'))
    .map((clip) => clip.name)
    .sort();
}
const labelled = (studio: Studio, name: string, count: number): Promise<unknown> =>
  eventually(`${count} clips labelled ${name}`, async () => (await positives(studio, name)).length === count, 20);

export async function createClasses(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await layout(page, 'explore');
  await page.getByRole('button', { name: 'Create classes…' }).first().click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'New classes' });
  await dialog.getByLabel('Name of the classes').fill('What is it?');
  await dialog.getByLabel('Classes', { exact: true }).fill(classes.join('\n'));
  await shoot(studio, '13-classes-dialog');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  const [schema] = await host.api.schemas.list();
  expect(schema!.classes.map(({ name, hotkey }) => [name, hotkey])).toEqual(
    classes.map((name, k) => [name, String(k + 1)]),
  );
}

/** One key a clip; Ctrl+Z and Ctrl+Shift+Z take it back and give it again. */
export async function labelByKeys(studio: Studio): Promise<void> {
  const { page } = studio;
  const own = (await allClips(studio)).filter((clip) => clip.name.startsWith(classes[0]!)).map((clip) => clip.name);
  for (const [k, name] of own.entries()) {
    await openClip(studio, name);
    await page.getByRole('option', { name, exact: true }).click();
    await page.keyboard.press('1');
    await labelled(studio, classes[0]!, k + 1);
  }
  expect(await positives(studio, classes[0]!)).toEqual(own.sort());
  await page.keyboard.press('Control+z');
  await labelled(studio, classes[0]!, own.length - 1);
  await page.keyboard.press('Control+Shift+z');
  await labelled(studio, classes[0]!, own.length);
  await clearSearch(page);
}

/** Everything a search finds, selected and labelled by one key: one step of undo. */
export async function labelInBulk(studio: Studio): Promise<void> {
  const { page } = studio;
  for (const [k, name] of classes.entries()) {
    if (k === 0) continue;
    const own = (await allClips(studio))
      .filter((clip) => clip.name.startsWith(`${name}-`))
      .map((clip) => clip.name)
      .sort();
    await page.getByRole('searchbox', { name: 'Search names and labels' }).fill(`${name}-`);
    await eventually(
      'the search',
      async () =>
        (await page.getByRole('listbox', { name: 'Filtered clips' }).getByRole('option').count()) === own.length,
      20,
    );
    await page.getByRole('option', { name: own[0]!, exact: true }).click();
    await page.keyboard.press('Control+a');
    await page.getByRole('contentinfo').getByText(`${own.length} selected`).waitFor();
    await page.keyboard.press(String(k + 1));
    await labelled(studio, name, own.length);
    expect(await positives(studio, name)).toEqual(own);
    await page.keyboard.press('Escape');
  }
  await clearSearch(page);
  await dismissMessages(page);
  await layout(page, 'label');
  await page.getByRole('toolbar', { name: 'Queue' }).waitFor();
  await eventually(
    'the queue',
    async () => (await page.getByRole('group', { name: 'Label queue' }).getByRole('option').count()) > 0,
    30,
  );
  await shoot(studio, '14-label', { both: true });
  await layout(page, 'explore');
}

/** A lasso labelled by one key is one step: undone, every clip has what it had before. */
export async function labelLasso(studio: Studio): Promise<void> {
  const { page } = studio;
  const state = async (): Promise<string> =>
    JSON.stringify(
      (await allClips(studio))
        .map((clip) => [clip.id, clip.labels.map((label) => [label.classId, label.value])])
        .sort(),
    );
  const before = await state();
  const count = await lasso(studio, 0.6);
  await page.keyboard.press('5');
  await eventually(
    'the lassoed clips labelled',
    async () => (await positives(studio, classes[4]!)).length >= count,
    20,
  );
  const after = await state();
  expect(after).not.toBe(before);
  await page.keyboard.press('Control+z');
  await eventually('the labels from before the lasso', async () => (await state()) === before, 20);
  await page.keyboard.press('Control+Shift+z');
  await eventually('the lassoed labels again', async () => (await state()) === after, 20);
  await page.keyboard.press('Control+z');
  await eventually('the labels from before the lasso', async () => (await state()) === before, 20);
  await page.keyboard.press('Escape');
  await page
    .getByRole('contentinfo')
    .getByText(/selected/)
    .waitFor({ state: 'hidden' });
  await dismissMessages(page);
}
