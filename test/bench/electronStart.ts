// How long the application takes from its launch in Electron to the first clips on the screen, and the memory of its processes then.
// CAVMAE_ELECTRON=BINARY xvfb-run -a node test/bench/electronStart.ts [CLIPS=100000] [STARTS=3] [--json]
//
// Build first (`npm run build`). Memory is each process's proportional share (PSS): pages that processes share are counted once.
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { launch, newHome } from '../electron/electronApp.ts';
import { makeLargeWorkspace } from './largeWorkspace.ts';
import { benchArguments, report, rounded } from './report.ts';

const [clips, starts] = [Number(benchArguments[0] ?? 100_000), Number(benchArguments[1] ?? 3)];

const textOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};
/** A process and all below it. */
function family(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(textOf(Number(name), 'stat').split(') ').at(-1)?.split(' ')[1])] as const);
  const found = [root];
  for (const pid of found) found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return found;
}
function kindOf(pid: number, shell: number): string {
  const command = textOf(pid, 'cmdline').replaceAll('\0', ' ');
  if (pid === shell) return 'shell';
  if (command.includes('--type=renderer')) return 'page';
  if (command.includes('engine.js')) return 'engine';
  return command.includes('--type=') ? 'graphics and network of Chromium' : 'workers of the engine';
}
const mebibytes = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(textOf(pid, 'smaps_rollup'))?.[1] ?? 0) / 1024;

const home = await newHome();
const workspace = path.join(home, 'large');
try {
  await mkdir(workspace, { recursive: true });
  makeLargeWorkspace(workspace, clips);
  const seconds: number[] = [];
  const memory: Record<string, number> = {};
  for (let k = 0; k < starts; k++) {
    const began = performance.now();
    const running = await launch({ home, args: ['--workspace', workspace, '--no-demo'] });
    await running.page.getByRole('option').first().waitFor();
    seconds.push((performance.now() - began) / 1000);
    if (k === starts - 1) {
      await running.page.waitForTimeout(5000);
      const shell = running.app.process().pid!;
      for (const pid of family(shell)) {
        const kind = kindOf(pid, shell);
        memory[kind] = (memory[kind] ?? 0) + mebibytes(pid);
      }
    }
    await running.app.close();
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  report(`${clips.toLocaleString('en')} clips in Electron`, {
    'launch to first clips, s': {
      least: rounded(sorted[0]!),
      median: rounded(sorted[sorted.length >> 1]!),
      most: rounded(sorted.at(-1)!),
    },
    ...Object.fromEntries(Object.entries(memory).map(([kind, mib]) => [`${kind}, MiB`, { least: Math.round(mib) }])),
  });
} finally {
  await rm(home, { recursive: true, force: true });
}
