// The window over a collection of any size, by the real host in a real Chromium: time to the first useful view, long tasks in normal use,
// memory over rounds of scripted use, and what the engine is asked after every label. node test/bench/pageUse.ts [CLIPS=100000] [ROUNDS=30]
//
// Milliseconds by the clock depend on the machine's other load; the page's own processor time is told beside them.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../e2e/browser.ts';
import { layout } from '../e2e/studio.ts';
import { startStudioHost } from '../e2e/studioHost.ts';
import { makeLargeWorkspace } from './largeWorkspace.ts';

const [clips, rounds] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 30)];

interface Task {
  clockMs: number;
  ownMs: number;
}
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Every task of the page's thread over 50 ms while `doing` runs: by the clock, and by the processor time that it had. */
async function longTasks(session: CDPSession, doing: () => Promise<void>): Promise<Task[]> {
  const events: TraceEvent[] = [];
  const take = ({ value }: { value: unknown[] }): void => {
    events.push(...(value as TraceEvent[]));
  };
  session.on('Tracing.dataCollected', take);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  });
  await doing();
  const complete = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', take);
  const threads = new Set(
    events.flatMap(({ name, pid, tid, args }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid}.${tid}`] : [],
    ),
  );
  return events.flatMap(({ name, ph, pid, tid, dur = 0, tdur = 0 }) =>
    ph === 'X' && name.endsWith('RunTask') && dur > 50_000 && threads.has(`${pid}.${tid}`)
      ? [{ clockMs: dur / 1000, ownMs: tdur / 1000 }]
      : [],
  );
}
const told = (tasks: Task[]): string => {
  const [clock, own] = (['clockMs', 'ownMs'] as const).map((key) => tasks.map((task) => task[key]));
  return `over 100 ms by the clock ${clock!.filter((ms) => ms > 100).length}, longest ${Math.round(Math.max(0, ...clock!))} ms; by its own processor time ${own!.filter((ms) => ms > 100).length}, longest ${Math.round(Math.max(0, ...own!))} ms`;
};
async function metrics(session: CDPSession): Promise<{ taskS: number; heapMb: number }> {
  const { metrics: list } = await session.send('Performance.getMetrics');
  const value = (name: string): number => list.find((one) => one.name === name)!.value;
  return { taskS: value('TaskDuration'), heapMb: value('JSHeapUsedSize') / 1e6 };
}

/** One round of what people do: walk, scroll, filter, select, change the layout. */
async function use(page: Page, round: number): Promise<void> {
  const grid = page.getByRole('listbox').first();
  await grid.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press(round % 2 ? 'End' : 'Home');
  const search = page.getByRole('searchbox', { name: 'Search names and labels' });
  await search.fill(['dog', 'rain', 'engine'][round % 3]!);
  await page.getByRole('contentinfo').getByText('the filter').waitFor();
  await search.fill('');
  await page.getByRole('contentinfo').getByText('the filter').waitFor({ state: 'detached' });
  await grid.focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('contentinfo').getByText('selected').waitFor();
  await page.keyboard.press('Escape');
  for (const name of ['label', 'explore']) await layout(page, name);
  await page.getByRole('option').first().waitFor();
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-page-'));
makeLargeWorkspace(folder, clips);
const host = await startStudioHost(folder);
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  page.setDefaultTimeout(300_000);
  const [session, tracing] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  await session.send('Performance.enable');
  let [useful, whole] = [0, 0];
  // A browser that was just started is busy with itself.
  await page.waitForTimeout(2000);
  const starting = await longTasks(tracing, async () => {
    const began = performance.now();
    await page.goto(host.url);
    await page.getByRole('option').first().waitFor();
    useful = performance.now() - began;
    await page.locator('.legend li').first().waitFor();
    whole = performance.now() - began;
  });
  const atStart = await metrics(session);
  console.log(
    `${clips.toLocaleString('en')} clips, load ${os.loadavg()[0]!.toFixed(0)}, ${os.availableParallelism()} processors`,
  );
  console.log(
    `first clips ${Math.round(useful)} ms, with the map and its legend ${Math.round(whole)} ms, of it ${atStart.taskS.toFixed(2)} s of the page's processor; tasks while starting: ${told(starting)}`,
  );
  const heaps: number[] = [];
  let tasks: Task[] = [];
  for (let round = 0; round < rounds; round++) {
    tasks.push(...(await longTasks(tracing, () => use(page, round))));
    await session.send('HeapProfiler.collectGarbage');
    heaps.push((await metrics(session)).heapMb);
    if (round > 0 && (round + 1) % 10 !== 0) continue;
    console.log(
      `round ${round + 1}: heap ${heaps.at(-1)!.toFixed(0)} MB, DOM nodes ${await page.evaluate(() => document.querySelectorAll('*').length)}, tasks ${told(tasks)}`,
    );
    tasks = [];
  }
  const [early, late] = [heaps.slice(2, 6), heaps.slice(-4)].map(
    (part) => part.reduce((sum, one) => sum + one, 0) / part.length,
  );
  const [schema] = await host.api.schemas.list();
  const leastMs = async (ask: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const asked = performance.now();
      await ask();
      times.push(performance.now() - asked);
    }
    return Math.round(Math.min(...times));
  };
  const labels = schema!.classes.reduce((sum, { count }) => sum + count, 0);
  console.log(
    `the engine, with ${labels.toLocaleString('en')} labels, least of three: how far it is to the next refit ${await leastMs(() => host.api.learning.state({ schemaId: schema!.id }))} ms, what would be trained ${await leastMs(() => host.api.finetune.preview({ schemaId: schema!.id, testShare: 0.2, seed: 1 }))} ms`,
  );
  console.log(
    `heap over rounds: ${early!.toFixed(0)} MB early, ${late!.toFixed(0)} MB late; the page's processor ${((await metrics(session)).taskS / rounds).toFixed(2)} s a round`,
  );
} finally {
  await browser.close();
  await host.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}-data`, { recursive: true, force: true });
}
