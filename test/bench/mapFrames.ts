// Frame times of the map's scatter plot in real Chromium with software rendering, and the memory of the whole page at 100,000 clips.
//
//   node test/bench/mapFrames.ts [points…=100000 1000000] [--page 100000]
//
// Prints one JSON line per size: milliseconds until the first picture, per frame while panning and zooming (each frame is read back, so
// that it is really drawn), to find what a lasso holds, to filter to half; then the page's heap after it was used.
import vue from '@vitejs/plugin-vue';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, createServer } from 'vite';
import { startFakeHost } from '../page/fakeHost.ts';
import { openBrowser, openPage } from '../page/openPage.ts';
import { quantile } from './quantile.ts';

interface Bench {
  first: () => Promise<number>;
  frames: (what: 'pan' | 'zoom', frames: number) => Promise<number[]>;
  work: () => Record<string, number>;
  filter: () => Promise<number>;
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { page: { type: 'string', default: '100000' } },
});
const sizes = positionals.length ? positionals.map(Number) : [100_000, 1_000_000];
const load = (): number => Number(os.loadavg()[0]!.toFixed(1));
const round = (value: number): number => Number(value.toFixed(1));

const browser = await openBrowser();
const server = await createServer({
  configFile: false,
  root: 'test/bench/scatterPage',
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', fs: { allow: [process.cwd()] } },
  cacheDir: path.join(os.tmpdir(), 'cavmae-bench-vite'),
});
const pageDir = mkdtempSync(path.join(os.tmpdir(), 'cavmae-bench-page-'));
try {
  await server.listen();
  for (const points of sizes) {
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    await page.goto(`${server.resolvedUrls!.local[0]}?points=${points}`);
    await page.waitForFunction(() => 'bench' in window);
    const found = await page.evaluate(async () => {
      const { bench } = window as unknown as { bench: Bench };
      return {
        first: await bench.first(),
        pan: await bench.frames('pan', 40),
        zoom: await bench.frames('zoom', 40),
        work: bench.work(),
        filter: await bench.filter(),
      };
    });
    const frames = (times: number[]) => {
      const settled = times.slice(3);
      return {
        median: round(quantile(settled, 0.5)),
        p90: round(quantile(settled, 0.9)),
        least: round(quantile(settled, 0)),
      };
    };
    process.stdout.write(
      `${JSON.stringify({ points, load: load(), firstMs: round(found.first), panMs: frames(found.pan), zoomMs: frames(found.zoom), filterMs: round(found.filter), workMs: Object.fromEntries(Object.entries(found.work).map(([name, ms]) => [name, round(ms)])) })}\n`,
    );
    await page.close();
  }
  const clips = Number(values.page);
  if (clips) {
    await build({
      configFile: false,
      root: 'src/renderer',
      base: './',
      logLevel: 'error',
      plugins: [vue()],
      build: { target: 'esnext', outDir: pageDir, emptyOutDir: true, reportCompressedSize: false, minify: false },
    });
    const host = await startFakeHost(pageDir, { clips, schema: true, classifier: true });
    const { page } = await openPage(browser, host.url, { width: 1440, height: 900 });
    page.setDefaultTimeout(300_000);
    await page.locator('.legend li').first().waitFor();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const heapMb = async (): Promise<number> => {
      await cdp.send('HeapProfiler.collectGarbage');
      return Math.round(
        (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value /
          1024 ** 2,
      );
    };
    const opened = await heapMb();
    await page.keyboard.press('Control+a');
    await page
      .getByText(`${clips.toLocaleString('en')} selected`)
      .first()
      .waitFor();
    const selected = await heapMb();
    await page.keyboard.press('Escape');
    await page.locator('[role=listbox]').first().focus();
    for (let i = 0; i < 60; i++) await page.keyboard.press('PageDown');
    await page.keyboard.press('End');
    await page.locator(`#cell-${clips}`).waitFor();
    process.stdout.write(
      `${JSON.stringify({ page: clips, load: load(), heapMb: { opened, allSelected: selected, scrolled: await heapMb() } })}\n`,
    );
    await host.close();
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(pageDir, { recursive: true, force: true });
}
