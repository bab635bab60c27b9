// TEST CODE. A real Chromium with the flags that software rendering needs, and a page that tells its own errors.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { lateAnswers } from './lateAnswers.ts';

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
const places = [
  process.env.CAVMAE_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const large = { width: 1440, height: 900 };
export const small = { width: 1024, height: 700 };

/** A microphone that beeps and a camera that shows a moving figure, allowed without asking. */
export const pretendDevices = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath)
    throw new Error(
      'The end-to-end tests need Chromium: install it (Debian: apt-get install chromium), or name its file in CAVMAE_CHROMIUM.',
    );
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

/** `problems` collects uncaught errors and console errors, policy violations among them. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; problems: string[] }> {
  // A context of its own, so that a test can open a second window in it.
  const page = await (await browser.newContext({ viewport: large, colorScheme: 'dark' })).newPage();
  page.setDefaultTimeout(30_000);
  // A busy machine may take its time to load the page; what is done on it is waited for as usual.
  page.setDefaultNavigationTimeout(180_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  // The console tells that something was refused, but not why.
  page.on('response', (response) => {
    if (response.status() < 400 || !response.url().includes('/rpc/')) return;
    void response.text().then(
      (text) =>
        console.log(`${response.status()} ${response.url()}\n  asked ${response.request().postData()}\n  said ${text}`),
      () => undefined,
    );
  });
  // A way to look for steps that depend on the order of answers: the whole suite has to pass with them late, by any
  // seed.
  if (process.env.CAVMAE_LATE_SEED) await page.addInitScript(lateAnswers, Number(process.env.CAVMAE_LATE_SEED));
  await page.goto(url);
  return { page, problems };
}
