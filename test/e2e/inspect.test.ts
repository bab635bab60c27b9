// TEST CODE. Inspect through the window: the workbench on a clip and on a dropped file, masks by pointer and keys, two
// models, exports, the collection's sweep and scores, attention. The built page and the real web host, in a real
// Chromium.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../src/engine/checkpoint/saveCheckpoint.ts';
import { sizes } from '../../src/engine/model/config.ts';
import { initialValue } from '../../src/engine/model/initialValue.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { decodeNpy } from '../../src/shared/wire/npy.ts';
import { unzipSync } from 'fflate';
import { openBrowser, openPage } from './browser.ts';
import { demoClips } from './demoClips.ts';
import { violations } from './accessibility.ts';
import { attentionIsTheEngines, attentionOfLayers } from './steps/attending.ts';
import { dropFile } from './steps/dropFile.ts';
import { heatIsTheEngines, stepsThroughFrames, strengthOfHeat, tellsWhatLacks } from './steps/localising.ts';
import { isAccessible, noProblems } from './steps/soundness.ts';
import {
  download as downloaded,
  figures as figuresOf,
  notesOf,
  paintsAsTheEngine,
  workbench,
} from './steps/workbench.ts';
import { canvasContent } from './pixels.ts';
import { startStudioHost } from './studioHost.ts';
import { allClips, choose, dismissMessages, eventually as within, layout, shoot, type Studio } from './studio.ts';

interface Heard {
  rate: number;
  count: number;
  rms: number;
  first: number[];
}

let studio: Studio;
let bench: Locator;

/** Long enough for software rendering and two models on a busy machine. */
const eventually = <T>(what: string, ask: () => Promise<T | null | undefined | false>, timeoutS = 240): Promise<T> =>
  within(what, ask, timeoutS);

const figures = (title: string): Locator => figuresOf(studio, title);
const notes = (title: string): Promise<string[]> => notesOf(studio, title);
/** A number that changes with the pixels of a tile. */
const sum = async (title: string, which: number): Promise<number> =>
  (await canvasContent(figures(title).nth(which).locator('canvas'))).sum;
const download = (option: string) => downloaded(studio, option);

beforeAll(async () => {
  // A few clips, not embedded: nothing here needs a map.
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-inspect-'));
  const host = await startStudioHost(workspace);
  const { jobId } = await host.api.collection.import({
    paths: (await demoClips()).filter((file) => /\/(bell|bird|drum|alarm)-00\d/.test(file)).slice(0, 9),
    embed: false,
  });
  await eventually('the import', async () => (await host.api.jobs.get({ jobId })).status === 'done', 300);
  const browser = await openBrowser();
  studio = { host, browser, ...(await openPage(browser, host.url)), workspace, folder: '' };
  studio.page.setDefaultTimeout(120_000);
  bench = workbench(studio);
  await layout(studio.page, 'inspect');
}, 900_000);
afterAll(async () => {
  await studio?.browser.close();
  await studio?.host.end('SIGTERM');
  if (studio) await rm(studio.workspace, { recursive: true, force: true });
});

describe('inspect', () => {
  it('shows original, masked, reconstructed, pasted and error of sound and picture, the model running in the window', async () => {
    const { page } = studio;
    await page
      .getByRole('option', { name: /^bell-/ })
      .first()
      .click();
    await figures('Error').first().waitFor();
    for (const title of ['Original', 'Masked', 'Reconstructed', 'Pasted', 'Error']) {
      expect(await figures(title).count(), title).toBe(2);
      for (const canvas of await figures(title).locator('canvas').all())
        expect((await canvasContent(canvas)).colours, title).toBeGreaterThan(30);
    }
    expect(await notes('Masked')).toEqual(['384 of 512 hidden', '147 of 196 hidden']);
    await bench.getByText(/in this window, (wasm, 2 threads|wasm, [34] threads|WebGPU)/).waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await shoot(studio, 'inspect-1-workbench', { both: true });
  });

  it('plays the original and the reconstructed sound, made from the spectrogram', async () => {
    const { page } = studio;
    const [clip] = (await allClips(studio)).filter((one) => one.name.startsWith('bell-')).sort((a, b) => a.id - b.id);
    // What is given to the loudspeaker.
    await page.evaluate(() => {
      const heard: Heard[] = [];
      Object.assign(globalThis, { heard });
      const { start } = AudioBufferSourceNode.prototype;
      AudioBufferSourceNode.prototype.start = function (this: AudioBufferSourceNode, ...when: number[]) {
        const samples = this.buffer!.getChannelData(0);
        heard.push({
          rate: this.buffer!.sampleRate,
          count: samples.length,
          rms: Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length),
          first: [...samples.subarray(1000, 1200)],
        });
        start.apply(this, when as []);
      };
    });
    const heard = (): Promise<Heard[]> => page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);
    for (const [k, name] of ['Original', 'Reconstructed'].entries()) {
      await bench.getByRole('button', { name: new RegExp(`^${name}`) }).click();
      await eventually(`${name} is heard`, async () => (await heard()).length === k + 1);
    }
    const [original, reconstructed] = (await heard()) as [Heard, Heard];
    for (const { rate, count, rms } of [original, reconstructed]) {
      expect(rate).toBe(16_000);
      expect(count / rate).toBeCloseTo(clip!.endS - clip!.startS, 0);
      expect(rms).toBeGreaterThan(0.001);
    }
    expect(reconstructed.first).not.toEqual(original.first);
    // Pressed again, it is quiet.
    await bench.getByRole('button', { name: /^Reconstructed/ }).click();
  });

  it('paints in the window what the engine paints, value by value', async () => {
    const [clip] = (await allClips(studio)).filter((one) => one.name.startsWith('bell-')).sort((a, b) => a.id - b.id);
    await paintsAsTheEngine(studio, {
      clipId: clip!.id,
      frame: 5,
      mask: { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 },
    });
  });

  it('paints masks by column and by keys; the pasted picture changes only where something is hidden', async () => {
    const { page } = studio;
    await bench.getByRole('button', { name: 'Painted' }).click();
    await bench.getByRole('button', { name: 'Show all' }).click();
    await bench.getByText('0 of 512 hidden').waitFor();
    await eventually('pasted equal to original', async () => (await sum('Pasted', 0)) === (await sum('Original', 0)));
    await bench.getByRole('button', { name: 'Column' }).click();
    const box = (await figures('Masked').nth(0).locator('canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.101, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.105, box.y + box.height / 2);
    await page.mouse.up();
    await bench.getByText('8 of 512 hidden').waitFor();
    await figures('Masked').nth(1).locator('.frame').focus();
    for (const key of [' ', 'ArrowRight', 'Shift+ArrowRight', 'ArrowDown', ' ', ' '])
      await page.keyboard.press(key === ' ' ? 'Space' : key);
    await bench.getByText('2 of 196 hidden').waitFor();
    await eventually('a loss of what was painted', async () =>
      (await notes('Reconstructed')).every((note) => /^loss \d/.test(note)),
    );
    expect(await sum('Pasted', 0)).not.toBe(await sum('Original', 0));
    await bench.getByRole('button', { name: 'Invert' }).click();
    await bench.getByText('504 of 512 hidden').waitFor();
  });

  it('hides by brush, box and whole band, shows again with Shift, and hides one modality wholly', async () => {
    const { page } = studio;
    const drag = async (
      which: number,
      from: readonly [number, number],
      to: readonly [number, number],
    ): Promise<void> => {
      const box = (await figures('Masked').nth(which).locator('canvas').boundingBox())!;
      await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 4 });
      await page.mouse.up();
    };
    await bench.getByRole('button', { name: 'Show all' }).click();
    await bench.getByText('0 of 512 hidden').waitFor();
    await bench.getByRole('button', { name: 'Box' }).click();
    // Columns 6 to 12 and rows 2 to 5 of the sound's 64 by 8.
    await drag(0, [6.5 / 64, 2.5 / 8], [12.5 / 64, 5.5 / 8]);
    await bench.getByText('28 of 512 hidden').waitFor();
    await page.keyboard.down('Shift');
    await drag(0, [6.5 / 64, 2.5 / 8], [7.5 / 64, 5.5 / 8]);
    await page.keyboard.up('Shift');
    await bench.getByText('20 of 512 hidden').waitFor();
    await bench.getByRole('button', { name: 'Band' }).click();
    await drag(1, [0.5, 3.5 / 14], [0.6, 4.5 / 14]);
    await bench.getByText('28 of 196 hidden').waitFor();
    await bench.getByRole('button', { name: 'Brush' }).click();
    await drag(1, [1.5 / 14, 10.5 / 14], [9.5 / 14, 10.5 / 14]);
    await eventually('patches under the stroke', async () => Number.parseInt((await notes('Masked'))[1]!, 10) >= 37);
    await eventually('a loss of both', async () =>
      (await notes('Reconstructed')).every((note) => /^loss \d/.test(note)),
    );
    await shoot(studio, 'inspect-1-painted', { both: true });
    await bench.getByRole('button', { name: 'Hide sound' }).click();
    await eventually(
      'the sound told from what is left of the picture',
      async () =>
        (await notes('Masked'))[0] === '512 of 512 hidden' &&
        (await notes('Reconstructed')).every((note) => /^loss \d/.test(note)),
    );
  });

  it('fills in a whole modality from the other, and steps through the frames', async () => {
    await bench.getByRole('button', { name: 'Picture from sound' }).click();
    await eventually('the picture told from the sound alone', async () => {
      const [sound, picture] = [await notes('Masked'), await notes('Reconstructed')];
      return (
        sound[0] === '0 of 512 hidden' &&
        sound[1] === '196 of 196 hidden' &&
        picture[0] === '' &&
        picture[1]!.startsWith('loss')
      );
    });
    const before = await sum('Original', 1);
    await bench.getByRole('button', { name: 'Later frame' }).click();
    await bench.getByText('7 of 10').waitFor();
    await eventually('another frame', async () => (await sum('Original', 1)) !== before);
    await shoot(studio, 'inspect-2-picture-from-sound');
    await bench.getByRole('button', { name: 'Random' }).click();
    await eventually(
      'the random mask again',
      async () => (await notes('Masked')).join() === '384 of 512 hidden,147 of 196 hidden',
    );
  });

  it('zooms every tile of a modality together, with its time axis', async () => {
    const { page } = studio;
    const tile = figures('Error').nth(0).locator('.frame');
    await tile.focus();
    for (let k = 0; k < 4; k++) await page.keyboard.press('+');
    await bench.getByText('5.1×').waitFor();
    const lefts = await bench
      .locator('.pictures.sound canvas')
      .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLElement).style.left));
    expect([lefts.length, new Set(lefts).size]).toEqual([5, 1]);
    expect(Number.parseFloat(lefts[0]!)).toBeLessThan(-50);
    expect(Number.parseFloat((await bench.locator('.axis span').first().textContent())!)).toBeGreaterThan(3);
    await page.keyboard.press('0');
    expect(await bench.locator('.axis span').first().textContent()).toBe('0');
  });

  it('compares two models on the same mask, with their losses', async () => {
    await choose(
      studio.page,
      bench.locator('label', { hasText: 'Beside it' }).locator('.n-base-selection'),
      'Small, random weights',
    );
    const losses = bench.locator('table.losses tbody tr');
    await eventually(
      'losses of both',
      async () => (await losses.allTextContents()).filter((text) => /\d\.\d{3}\d\.\d{3}/.test(text)).length === 2,
    );
    expect(await figures('Pasted').count()).toBe(4);
    await shoot(studio, 'inspect-3-two-models', { both: true });
    await choose(studio.page, bench.locator('label', { hasText: 'Beside it' }).locator('.n-base-selection'), 'nothing');
    await eventually('one model', async () => (await figures('Pasted').count()) === 2);
  });

  it('saves figure, sound, arrays and an animated sweep', async () => {
    const svg = await download('Figure with caption, SVG');
    expect(svg.name).toMatch(/^bell-.*-reconstruction\.svg$/);
    const text = svg.bytes.toString();
    expect(text.match(/<image /g)).toHaveLength(10);
    const facts = JSON.parse(
      /<metadata>(.*?)<\/metadata>/s.exec(text)![1]!.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ) as { models: { lossAudio: number }[] };
    expect((await notes('Reconstructed'))[0]).toBe(`loss ${facts.models[0]!.lossAudio.toFixed(3)}`);
    const png = await sharp((await download('Figure with caption, PNG')).bytes).metadata();
    expect([png.format, png.width! > 2000]).toEqual(['png', true]);
    const wav = await download('Reconstructed sound, WAV');
    expect([wav.bytes.toString('latin1', 0, 4), wav.bytes.readUInt32LE(24)]).toEqual(['RIFF', 16_000]);
    const arrays = unzipSync((await download('Arrays, NumPy')).bytes);
    expect(decodeNpy(arrays['audio-mask.npy']!).data.reduce((a, b) => a + b)).toBe(384);
    const animation = await sharp((await download('Animated mask sweep, WebP')).bytes, { animated: true }).metadata();
    expect([animation.format, animation.pages]).toEqual(['webp', 20]);
  });

  it('makes a gallery of the selection', async () => {
    const { page } = studio;
    const options = page.getByRole('listbox', { name: 'All clips' }).getByRole('option');
    await options.nth(0).click({ modifiers: ['Control'] });
    await options.nth(1).click({ modifiers: ['Control'] });
    const html = (await download('Gallery of 2 selected clips')).bytes.toString();
    expect(html.match(/<article /g)).toHaveLength(2);
    expect(html.match(/(src|href)="(?!data:)/g)).toBeNull();
    const tab = await studio.browser.newPage({ viewport: { width: 1200, height: 900 } });
    await tab.setContent(html);
    expect(
      await tab.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)),
    ).toBe(true);
    await shoot({ page: tab }, 'inspect-4-gallery');
    await tab.close();
    await page.keyboard.press('Escape');
  });

  it('sweeps the clip, measures its error patch by patch, and scores the collection as a job', async () => {
    await dismissMessages(studio.page);
    await bench.getByRole('button', { name: 'Sweep this clip' }).click();
    await bench.locator('.charts figure').first().waitFor();
    await bench.getByRole('button', { name: 'Measure this clip' }).click();
    await bench.locator('.errors figure').first().waitFor();
    expect(await bench.locator('.errors figure').count()).toBe(2);
    await bench.locator('.errors').scrollIntoViewIfNeeded();
    await shoot(studio, 'inspect-5-errors', { both: true });
    const { jobId } = await studio.host.api.inspect.errorScores({ masks: 1 });
    await eventually('the scores', async () => (await studio.host.api.jobs.get({ jobId })).status === 'done', 240);
    await bench.getByRole('button', { name: 'List by error' }).click();
    const listed = studio.page.getByRole('listbox', { name: 'Hardest to reconstruct' });
    await listed.waitFor();
    expect(await listed.getByRole('option').count()).toBeGreaterThan(0);
  });

  it('looks into a dropped file without importing it', async () => {
    const clips = (await allClips(studio)).length;
    const file = (await demoClips()).at(-1)!;
    await dropFile(bench, { name: 'visitor.mp4', type: 'video/mp4', bytes: await readFile(file) });
    await bench.getByText('visitor.mp4').waitFor();
    await bench.getByText('not imported').waitFor();
    await eventually(
      'its reconstruction',
      async () =>
        (await notes('Reconstructed')).length === 2 &&
        (await notes('Reconstructed')).every((note) => note.startsWith('loss')),
    );
    expect((await allClips(studio)).length).toBe(clips);
    await shoot(studio, 'inspect-6-dropped');
    await bench.getByRole('button', { name: 'Back to the open clip' }).click();
    await bench
      .getByText(/^bell-/)
      .first()
      .waitFor();
  });

  it('folds its instruments to a line that says what is set', async () => {
    await bench.getByRole('button', { name: 'Fold the instruments' }).click();
    await bench.getByText(/^Small CAV-MAE · Random, sound 75 %, picture 75 %, seed 1 · frame \d+$/).waitFor();
    await shoot(studio, 'inspect-6-folded', { both: true });
    await bench.getByRole('button', { name: 'Show the instruments' }).click();
  });

  it('takes a model of other sizes: its grids, in the window and in the engine alike', async () => {
    const { page, host } = studio;
    const file = path.join(studio.workspace, 'other-sizes.safetensors');
    const config = { ...sizes.tiny, audioLength: 512, imgSize: 112 };
    await saveCheckpoint(file, {
      kind: 'cavmae',
      config,
      tensors: [...parameterShapes(config, 'cavmae', 0)].map(
        ([name, shape]) => [name, { shape, data: initialValue(config, name, shape, 1) }] as const,
      ),
      metadata: { name: 'Half as long' },
    });
    const { id } = await host.api.models.add({ path: file });
    await choose(
      page,
      bench.locator('label', { hasText: 'Model' }).locator('.n-base-selection').first(),
      'Half as long',
    );
    await eventually('its grids', async () => (await notes('Masked')).join() === '192 of 256 hidden,37 of 49 hidden');
    await bench.getByText(/in this window, (wasm|WebGPU)/).waitFor();
    const [clip] = (await allClips(studio)).filter((one) => one.name.startsWith('bell-')).sort((a, b) => a.id - b.id);
    const { lossA, lossV } = await host.api.inspect.reconstruct({
      clipId: clip!.id,
      modelId: id,
      frame: 6,
      mask: { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 1 },
    });
    await eventually(
      'the same losses as the engine’s',
      async () =>
        (await notes('Reconstructed')).join() === [lossA, lossV].map((loss) => `loss ${loss!.toFixed(3)}`).join(),
    );
    await bench.getByRole('button', { name: 'Picture from sound' }).click();
    await eventually(
      'its whole picture hidden',
      async () => (await notes('Masked')).join() === '0 of 256 hidden,49 of 49 hidden',
    );
    await shoot(studio, 'inspect-6-other-sizes', { both: true });
    await choose(
      page,
      bench.locator('label', { hasText: 'Model' }).locator('.n-base-selection').first(),
      'Small CAV-MAE',
    );
    await eventually(
      'the first grids, all shown',
      async () => (await notes('Masked')).join() === '0 of 512 hidden,0 of 196 hidden',
    );
    await bench.getByRole('button', { name: 'Random' }).click();
  });

  it('shows where a clip sounds: heat over its frames and its spectrogram that is the engine’s, frame by frame', async () => {
    const { page } = studio;
    await dismissMessages(page);
    await page.getByRole('tab', { name: 'Where it sounds' }).click();
    for (const kind of ['bell', 'bird']) {
      const clip = (await allClips(studio))
        .filter((one) => one.name.startsWith(`${kind}-`))
        .sort((a, b) => a.id - b.id)[0]!;
      await page.getByRole('option', { name: clip.name, exact: true }).first().click();
      await heatIsTheEngines(studio, clip);
      await shoot(studio, `inspect-9-where-it-sounds-${kind}`, { both: true });
    }
    await stepsThroughFrames(studio);
    await strengthOfHeat(studio);
    expect(await violations(page)).toEqual([]);
  });

  it('says what a dropped file lacks to be located in, and asks nothing about it', () => tellsWhatLacks(studio));

  it('shows attention of layers and heads, from all patches and from one', async () => {
    await attentionIsTheEngines(
      studio,
      (await allClips(studio)).filter((one) => one.name.startsWith('bird-')).sort((a, b) => a.id - b.id)[0]!.id,
    );
    await attentionOfLayers(studio);
  });

  it('is accessible and made no errors of its own', async () => {
    await isAccessible(studio, 'inspect');
    noProblems(studio);
  });
});
