// TEST CODE. The main job through the window: from an empty workspace to a trained classifier, over two deaths of the
// host. The built page and the real web host, driven in a real Chromium; what was seen is kept in test/artifacts/e2e.
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { isMediaName } from '../../src/renderer/src/features/import/droppedFiles.ts';
import { makeBrokenFiles } from './brokenFiles.ts';
import { openBrowser, openPage } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { startStudioHost } from './studioHost.ts';
import { allClips, layout, shots, type Studio } from './studio.ts';
import { dropFile, importFolder, mapFollows, openOnce, readReport } from './steps/importing.ts';
import { createClasses, labelByKeys, labelInBulk, labelLasso } from './steps/labelling.ts';
import { killAndStartAgain, layoutIsRemembered } from './steps/lasting.ts';
import { colourBy, hoverAndClick, lassoSelects, mapIsDrawn, reloadedMapIsTheSame } from './steps/mapping.ts';
import { reconstruct, reconstructionIsRepeatable } from './steps/reconstructing.ts';
import { isAccessible, noProblems } from './steps/soundness.ts';
import { failing, loading, sheets } from './steps/states.ts';
import { predictedColours, readResult, train } from './steps/training.ts';
import { watchClip } from './steps/watching.ts';

let studio: Studio;
let temporary: string;
let dropped: string;
/** Files in the imported folder. */
let files = 0;
/** The steps build on each other: after one that failed the rest cannot tell anything. */
let failedStep: string | null = null;
let pictured = false;

beforeAll(async () => {
  await rm(shots, { recursive: true, force: true });
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-'));
  const folder = path.join(temporary, 'field recordings');
  await mkdir(folder);
  const clips = await demoClips();
  dropped = clips.at(-1)!;
  for (const clip of clips.slice(0, -1)) await cp(clip, path.join(folder, path.basename(clip)));
  const more = process.env.CAVMAE_E2E_CLIPS;
  for (const name of more ? await readdir(more) : [])
    if (isMediaName(name)) await cp(path.join(more!, name), path.join(folder, name));
  await makeBrokenFiles(folder, clips[0]!);
  files = (await readdir(folder)).length;
  const workspace = path.join(temporary, 'workspace');
  const host = await startStudioHost(workspace);
  const browser = await openBrowser();
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder };
}, 300_000);

afterAll(async () => {
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  await rm(temporary, { recursive: true, force: true });
  console.log(`${studio?.host.log().trim() ?? ''}\nScreenshots: ${shots}`);
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !studio || pictured) return;
  pictured = true;
  await studio.page.screenshot({ path: path.join(shots, 'failed.png') }).catch(() => undefined);
});

function step(name: string, run: () => Promise<void>): void {
  it(`${name}`, async () => {
    if (failedStep !== null) throw new Error(`not tried: “${failedStep}” failed before`);
    failedStep = name;
    await run();
    failedStep = null;
  });
}

describe('the main job', () => {
  step('opens by a link that works once', () => openOnce(studio));
  step('imports a folder through the dialog', () => importFolder(studio));
  step('names the files that could not be read, and why', () => readReport(studio, files));
  step('takes a file dropped on the window', () => dropFile(studio, dropped));
  step('embeds and draws a map by itself', () => mapFollows(studio));
  step('draws every clip', async () => mapIsDrawn(studio, (await allClips(studio)).length));
  step('keeps the map as it settled', () => reloadedMapIsTheSame(studio));
  step('previews on hover and opens on click', () => hoverAndClick(studio));
  step('selects by lasso', async () => lassoSelects(studio, (await allClips(studio)).length));
  step('plays a clip with its spectrogram in step, shows frames and the nearest clips', () =>
    watchClip(studio, 'bird-001.mp4'),
  );
  step('reconstructs: ratio, seed and brush change what the model fills in', () => reconstruct(studio));
  step('reconstructs the same again from the same seed', async () =>
    reconstructionIsRepeatable(studio, (await allClips(studio)).find((clip) => clip.name === 'bird-001.mp4')!.id),
  );
  step('makes classes with keys', () => createClasses(studio));
  step('labels by one key, undoes and redoes', () => labelByKeys(studio));
  step('labels in bulk', () => labelInBulk(studio));
  step('labels a lasso as one step', () => labelLasso(studio));
  step('loses no label when the host is killed', () => killAndStartAgain(studio, '15-host-gone'));
  step('colours the map by label', async () =>
    colourBy(
      studio,
      'Label',
      (await studio.host.api.schemas.list())[0]!.classes.map((one) => one.colour),
      '16-by-label',
    ),
  );
  step('trains a classifier with a live curve', () => train(studio));
  step('shows what the classifier can do', () => readResult(studio));
  step('colours the map by prediction', async () => {
    await layout(studio.page, 'explore');
    await colourBy(studio, 'Prediction', await predictedColours(studio), '19-by-prediction');
  });
  step('keeps the classifier and its predictions when the host is killed', () =>
    killAndStartAgain(studio, '20-host-gone'),
  );
  step('remembers layout, theme and sizes', () => layoutIsRemembered(studio));
  step('shows that it is loading', () => loading(studio));
  step('says what failed', () => failing(studio));
  step('has a palette of commands and a sheet of keys', () => sheets(studio));
  for (const name of ['explore', 'label', 'train', 'inspect', 'events'])
    step(`is accessible: ${name}`, () => isAccessible(studio, name));
  step('made no errors of its own', async () => noProblems(studio));
});
