// TEST CODE. How the window looks while it waits and when something fails: answers held back or replaced on their way
// to the page.
import type { Page } from 'playwright-core';
import { layout, shoot, type Studio } from '../studio.ts';

const failure = (code: string, message: string, hint: string) => ({
  status: 500,
  contentType: 'application/json',
  body: JSON.stringify({ json: { defined: true, code, status: 500, message, data: { hint } } }),
});

async function anew(
  page: Page,
  pattern: string,
  handle: Parameters<Page['route']>[1],
  look: () => Promise<void>,
): Promise<void> {
  await page.route(pattern, handle);
  try {
    await page.reload();
    await look();
  } finally {
    await page.unroute(pattern);
  }
}

export async function loading(studio: Studio): Promise<void> {
  const { page } = studio;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await anew(
    page,
    '**/rpc/{clips,projections,collection}/**',
    async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    },
    async () => {
      await page.getByRole('status', { name: 'Loading clips' }).waitFor();
      await shoot(studio, '22-loading', { both: true });
      release();
      await page.getByRole('application', { name: /^Map of/ }).waitFor();
    },
  );
}

export async function failing(studio: Studio): Promise<void> {
  const { page } = studio;
  await layout(page, 'explore');
  const broken = failure('INTERNAL', 'the database could not be read', 'Run cavmae doctor.');
  await anew(
    page,
    '**/rpc/clips/{ids,facets}',
    (route) => route.fulfill(broken),
    async () => {
      await page.getByText('Clips could not be read').first().waitFor();
      await shoot(studio, '23-failed', { both: true });
    },
  );
  await anew(
    page,
    '**/rpc/system/capabilities',
    (route) => route.fulfill(failure('CONFLICT', 'the workspace is open in another window', 'Close it there first.')),
    async () => {
      await page.getByText('The workspace cannot be opened').waitFor();
      await shoot(studio, '24-unreachable');
    },
  );
  await page.reload();
  await page.getByRole('application', { name: /^Map of/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('no clip has this name');
  await page.getByText('No clip matches').waitFor();
  await shoot(studio, '25-no-match');
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await page.getByText('No clip matches').waitFor({ state: 'hidden' });
}

export async function sheets(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.getByTitle('Command palette').click();
  await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').waitFor();
  await shoot(studio, '26-palette');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await page.getByText('Map, with the mouse').waitFor();
  await shoot(studio, '27-shortcuts');
  await page.keyboard.press('Escape');
  await page.getByText('Map, with the mouse').waitFor({ state: 'hidden' });
}
