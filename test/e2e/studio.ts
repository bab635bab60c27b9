// TEST CODE. What the steps of the end-to-end test share: the host, the window, the files, and screenshots of what was
// seen.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { large, small } from './browser.ts';
import type { EngineClient, StudioHost } from './studioHost.ts';

export const shots = fileURLToPath(new URL('../artifacts/e2e/', import.meta.url));

export interface Studio {
  host: StudioHost;
  readonly browser: Browser;
  page: Page;
  problems: string[];
  readonly workspace: string;
  /** The folder that is imported. */
  readonly folder: string;
}

export type Clip = Awaited<ReturnType<EngineClient['clips']['list']>>['rows'][number];

/** Every clip as the database has it. */
export const allClips = async ({ host }: Pick<Studio, 'host'>): Promise<Clip[]> =>
  (await host.api.clips.list({ limit: 5000 })).rows;

/** Asks until the answer is truthy. Throws what was waited for after `timeoutS`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutS = 60,
): Promise<T> {
  const until = Date.now() + timeoutS * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > until) throw new Error(`waited ${timeoutS} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * What is wider than the box it scrolls in. At both sizes nothing has to be scrolled sideways to be read, but for what
 * is made for it: tabs, and tables that take the focus and a name.
 */
async function nothingSideways(page: Page, name: string): Promise<void> {
  const found = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.window *, [role="dialog"] *')].flatMap((box) => {
      if (
        box.scrollWidth <= box.clientWidth + 1 ||
        box.clientWidth === 0 ||
        box.matches('[class*="dv-"], [tabindex="0"][role="group"]')
      )
        return [];
      return ['auto', 'scroll'].includes(getComputedStyle(box).overflowX)
        ? [`${box.tagName.toLowerCase()}.${box.className}: ${box.scrollWidth} in ${box.clientWidth} pixels`]
        : [];
    }),
  );
  if (found.length > 0) throw new Error(`to be scrolled sideways in ${name}: ${found.join('; ')}`);
}

/** Saves what the window shows at the large size and, where asked, at the small one. */
export async function shoot({ page }: Pick<Studio, 'page'>, name: string, { both = false } = {}): Promise<void> {
  await mkdir(shots, { recursive: true });
  // Dialogs fade in.
  await page.waitForFunction(() => document.querySelector('[class*="-enter-active"]') === null);
  await page.screenshot({ path: path.join(shots, `${name}-1440x900.png`), animations: 'disabled' });
  await nothingSideways(page, name);
  if (!both) return;
  await page.setViewportSize(small);
  // Panels lay themselves out anew, the map a frame after its box has changed.
  await page.evaluate(
    () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 350)),
  );
  await page.screenshot({ path: path.join(shots, `${name}-1024x700.png`), animations: 'disabled' });
  await nothingSideways(page, name);
  await page.setViewportSize(large);
  await page.evaluate(
    () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 350)),
  );
}

export const layout = (page: Page, name: string): Promise<void> =>
  page.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name }).click();

/** Chooses from a select by the words of the option. */
export async function choose(page: Page, select: Locator, option: string): Promise<void> {
  await select.click();
  const options = page.locator('.n-base-select-option').filter({ visible: true });
  await options.filter({ hasText: new RegExp(`^${option}$`) }).click();
  // A closing menu would be taken for the next one that opens.
  await options.first().waitFor({ state: 'hidden' });
}

/** Clears messages that would lie over what is looked at. */
export async function dismissMessages(page: Page): Promise<void> {
  const dismiss = page.getByRole('log', { name: 'Messages' }).getByRole('button', { name: 'Dismiss' });
  while (await dismiss.count())
    await dismiss
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined);
}
