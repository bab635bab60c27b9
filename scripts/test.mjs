// npm test: everything that must hold, in the order of cost, each step told as it runs, counted at the end.
//
// npm test -- --only unit,parity runs some steps; npm test -- --list names them.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { endWithParent } from './endWithParent.mjs';
import { houseRules } from './house.mjs';
import { inRoot, projectNode, runProgram, runTool } from './project.mjs';
import { setUp } from './setup.mjs';

const reports = inRoot('test', 'artifacts', 'reports');
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** Failed tests in words, and how long each step took: said again at the end. */
const [told, times] = [[], []];

/** A step that either holds or does not: counts as one test. */
const check = (name, run) => ({
  name,
  run: async () => ((await run()) === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }),
});

/** Each failed test of a report with the beginning of what it said: a long output is often kept by its end only. */
function failedTests({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults
      .filter(({ status }) => status === 'failed')
      .map((one) => ({ title: one.fullName, text: one.failureMessages.join('\n') }));
    if (message && assertionResults.length === 0) failed.push({ title: 'the file itself', text: message });
    return failed.map(
      ({ title, text }) =>
        `${path.basename(name)}: ${title}\n${text
          .split('\n')
          .slice(0, 12)
          .map((line) => `    ${line.slice(0, 300)}`)
          .join('\n')}`,
    );
  });
}

/** One project (or several) of vitest; its own numbers are counted. */
const suite = (name, ...projects) => ({
  name,
  /** @param under a program that runs the tests, with its arguments */
  run: async (under = null) => {
    const report = `${reports}/${name}.json`;
    fs.rmSync(report, { force: true });
    const folders = projects.flatMap((project) => ['--project', project]);
    const args = ['run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const options = { env: { NODE_ENV: 'test' }, stdio: ['ignore', 'inherit', 'inherit'] };
    const code = under
      ? await runProgram(
          under[0],
          [...under.slice(1), projectNode(), inRoot('node_modules/vitest/vitest.mjs'), ...args],
          options,
        )
      : await runTool('vitest/vitest.mjs', args, options);
    const result = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : null;
    if (!result) return { passed: 0, failed: 1, skipped: 0 };
    told.push(...failedTests(result));
    const skipped = result.numPendingTests + (result.numTodoTests ?? 0);
    // A file that does not even load, or an unhandled error, fails the run without a failed test of its own.
    const failed = result.numFailedTests || (code === 0 && result.success ? 0 : 1);
    return { passed: result.numPassedTests, failed, skipped };
  },
});

const steps = [
  ...houseRules.map(([name, run]) => check(name, run)),
  suite('unit', 'unit', 'page', 'architecture'),
  check('build', async () => ((await build(console.log)) ? 0 : 1)),
  suite('parity', 'parity'),
  suite('reliability', 'reliability'),
  suite('e2e', 'e2e'),
  electronSuite(),
];

/**
 * The application in a real Electron: the binary that CAVMAE_ELECTRON names, else Electron's own where it was fetched.
 */
function electronSuite() {
  const { name, run } = suite('electron', 'electron');
  return {
    name,
    async run() {
      const why = electronObstacle();
      if (!why) return run(withScreen());
      console.log(`Skipped: ${why}`);
      return { passed: 0, failed: 0, skipped: 1 };
    },
  };
}

/** Why Electron cannot be run here; null where it can. Sets CAVMAE_ELECTRON for the tests. */
function electronObstacle() {
  const own = inRoot('node_modules/electron/dist', process.platform === 'win32' ? 'electron.exe' : 'electron');
  const binary = process.env.CAVMAE_ELECTRON || own;
  if (!fs.existsSync(binary))
    return process.env.CAVMAE_ELECTRON
      ? `CAVMAE_ELECTRON names ${binary}, which is not there.`
      : 'no Electron. Name its binary in CAVMAE_ELECTRON, or let npm start fetch it.';
  if (process.platform === 'linux' && !process.env.DISPLAY && withScreen() === null)
    return 'there is no screen and no xvfb-run (Debian: apt-get install xvfb xauth).';
  process.env.CAVMAE_ELECTRON = binary;
  return null;
}

/** The program that gives a screen to what it runs, where there is none. */
function withScreen() {
  if (process.platform !== 'linux' || process.env.DISPLAY) return null;
  const there = spawnSync('xvfb-run', ['--help'], { stdio: 'ignore' }).status === 0;
  return there ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : null;
}

function warnAboutBrowser() {
  const places = [
    process.env.CAVMAE_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  if (places.some((place) => place && fs.existsSync(place))) return;
  console.log(
    'No Chromium was found: the end-to-end tests will fail. Install it (Debian: apt-get install chromium) or name its file in CAVMAE_CHROMIUM.',
  );
}

async function main() {
  const argument = process.argv.indexOf('--only');
  const only = argument > 0 ? process.argv[argument + 1].split(',') : null;
  // The window under test is the built one.
  if (only?.includes('e2e') || only?.includes('electron')) only.push('build');
  if (process.argv.includes('--list')) return console.log(steps.map((step) => step.name).join('\n'));
  const unknown = only?.filter((name) => !steps.some((step) => step.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`There is no step ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}.`);
  await setUp(console.log);
  fs.mkdirSync(reports, { recursive: true });
  if (!only || only.includes('e2e')) warnAboutBrowser();
  for (const step of steps.filter(({ name }) => !only || only.includes(name))) {
    console.log(`\n== ${step.name}`);
    const started = performance.now();
    const counts = await step.run();
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (counts.failed > 0) failures.push(step.name);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    times.push(`${step.name} ${seconds} s`);
    console.log(`== ${step.name}: ${counts.failed > 0 ? 'FAILED' : 'passed'} in ${seconds} s`);
  }
  for (const one of told) console.log(`\n${one}`);
  console.log(`\nSteps: ${times.join(', ')}.`);
  console.log(failures.length > 0 ? `Failed: ${failures.join(', ')}` : 'All passed.');
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  process.exitCode = total.failed > 0 || total.passed + total.skipped === 0 ? 1 : 0;
}

endWithParent();
main().catch((error) => {
  console.error(error.message);
  console.log(`${total.passed} passed, ${total.failed + 1} failed`);
  process.exitCode = 1;
});
