// TEST CODE. Chromium with the flags that software rendering needs, and a page that fails loudly on its own errors.
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--autoplay-policy=no-user-gesture-required',
];

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/**
 * Opens the page; `problems` collects uncaught errors and console errors, policy violations among them. Missing test
 * media are no problem.
 */
export async function openPage(
  browser: Browser,
  url: string,
  size: { width: number; height: number },
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: size, colorScheme: 'dark' });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/404|ERR_/.test(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
