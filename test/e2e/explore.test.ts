// TEST CODE. Exploring through the window on real embeddings: tools of the map, history and live parameters, linked
// maps, clusters, saved views, search by clips, file, microphone and camera, retrieval, correspondence. What was seen
// is kept in test/artifacts/e2e.
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage, pretendDevices } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { preparedWorkspace } from './preparedWorkspace.ts';
import { allClips, eventually, shoot, shots, type Studio } from './studio.ts';
import { startStudioHost } from './studioHost.ts';
import { clustersAreFound, historyOfMaps, liveParameters, listOfPoints, toolsOfTheMap } from './steps/exploring.ts';
import { linkedMaps } from './steps/linking.ts';
import {
  correspondenceQueue,
  retrievalIsEvaluated,
  retrievalOfClip,
  searchByCamera,
  searchByClips,
  searchByFile,
  searchByMicrophone,
  savedViews,
} from './steps/searching.ts';
import { errorsAsASignal } from './steps/reconstructionErrors.ts';
import { noProblems } from './steps/soundness.ts';
import { violations } from './accessibility.ts';

let studio: Studio;
let pictured = 0;

beforeAll(async () => {
  const workspace = await preparedWorkspace();
  const host = await startStudioHost(workspace);
  const browser = await openBrowser(pretendDevices);
  await mkdir(shots, { recursive: true });
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder: workspace };
  await studio.page.getByRole('application', { name: /^Map of/ }).waitFor({ timeout: 240_000 });
}, 1_000_000);

afterAll(async () => {
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  if (studio) await rm(studio.workspace, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail' && studio)
    await studio.page.screenshot({ path: path.join(shots, `explore-failed-${++pictured}.png`) }).catch(() => undefined);
  // Each test begins without selection or open dialogs.
  await studio?.page.keyboard.press('Escape');
  await studio?.page.keyboard.press('Escape');
});

describe('exploring', () => {
  it('selects by box and lasso, adds, takes away and intersects, and undoes', () => toolsOfTheMap(studio));
  it('lists the points of the map for the keyboard', () => listOfPoints(studio));
  it('finds clusters, names them and selects them', () => clustersAreFound(studio));
  it('searches by clips for and against, by sound, picture and a blend', () => searchByClips(studio));
  it('searches by a file from outside', async () => searchByFile(studio, (await demoClips())[5]!));
  it('searches by the microphone', () => searchByMicrophone(studio));
  it('searches by the camera, and keeps nothing of what was sent', async () => {
    await searchByCamera(studio);
    expect(await readdir(path.join(studio.workspace, 'uploads')).catch(() => [])).toEqual([]);
  });
  it('says which pictures fit a sound, and plays them', () => retrievalOfClip(studio));
  it('evaluates retrieval as the engine does, with the worst misses', () => retrievalIsEvaluated(studio));
  it('scores correspondence and queues suspects', () => correspondenceQueue(studio));
  it('keeps views over a reload', () => savedViews(studio));
  it('draws linked maps, joins a clip’s three places, and moves them together', () => linkedMaps(studio));
  it('redraws while parameters change', () => liveParameters(studio));
  it('keeps a history of maps', () => historyOfMaps(studio));
  it('scores errors of reconstruction, colours and sorts by them, and queues what is hardest', () =>
    errorsAsASignal(studio));
  it('is accessible with all its panels', async () => {
    expect(await violations(studio.page)).toEqual([]);
    await studio.page.getByLabel('Light theme').click();
    await eventually(
      'the light theme',
      async () => (await studio.page.locator('html').getAttribute('data-theme')) === 'light',
    );
    expect(await violations(studio.page)).toEqual([]);
    await shoot(studio, 'explore-90-light', { both: true });
  });
  it('made no errors of its own, and lost no clip', async () => {
    expect((await allClips(studio)).length).toBe((await demoClips()).length);
    await noProblems(studio);
  });
});
