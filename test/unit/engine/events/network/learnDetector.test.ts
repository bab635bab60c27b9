// TEST CODE. Takes half a minute of computing: a detector of tiny recordings with rising and falling tones: what it finds, what it rejects, and that it reads back as it was.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBackend } from '../../../../../src/engine/backend/startBackend.ts';
import { addCounts, countMatches, matchEvents, rateOf } from '../../../../../src/engine/events/eventScores.ts';
import { disposeDetector, loadDetector, saveDetector } from '../../../../../src/engine/events/network/detectorFile.ts';
import { detect } from '../../../../../src/engine/events/network/detectorModel.ts';
import { learnDetector, type Learnt } from '../../../../../src/engine/events/network/learnDetector.ts';
import { pictureInput, pictureSize } from '../../../../../src/engine/events/pictureInput.ts';
import { spectralBands } from '../../../../../src/engine/events/spectralInput.ts';
import type { LabelledRecording } from '../../../../../src/engine/events/timedSpan.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { encodeSafetensors } from '../../../../../src/shared/wire/safetensors.ts';

const durationS = 12;
vi.setConfig({ testTimeout: 300_000 });
let temporary: string;
let heard: Learnt;

/** Twelve seconds with a tone that rises (0) or falls (1) every 1.5 s or so, over noise. */
function toneRecording(mediaId: number): LabelledRecording & { input: { spectrum: Float32Array } } {
  const random = new Random(mediaId + 1);
  const frames = durationS * 100;
  const spectrum = Float32Array.from({ length: frames * spectralBands }, () => 0.15 * random.normal());
  const spans = Array.from({ length: 7 }, (_, k) => {
    const onsetS = 0.6 + k * 1.5 + random.uniform() * 0.3;
    const lengthS = 0.3 + random.uniform() * 0.3;
    const classIndex = (k + mediaId) % 2;
    for (let t = Math.round(onsetS * 100); t < Math.round((onsetS + lengthS) * 100); t++) {
      const along = (t / 100 - onsetS) / lengthS;
      const band = Math.round(20 + 20 * (classIndex === 0 ? along : 1 - along) + random.normal());
      for (let b = band - 2; b <= band + 2; b++) spectrum[t * spectralBands + b]! += 1.5;
    }
    return { eventId: mediaId * 10 + k, classIndex, onsetS, offsetS: onsetS + lengthS, value: 'positive' as const };
  });
  return { mediaId, durationS, complete: true, spans, input: { spectrum } };
}

function f1Of(recordings: readonly ReturnType<typeof toneRecording>[], { model }: Learnt): number {
  return rateOf(
    recordings
      .map(({ spans, input }) => countMatches(matchEvents(spans, detect(model, input))))
      .reduce((a, b) => addCounts(a, b)),
  ).f1;
}

beforeAll(async () => {
  await startBackend();
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-detector-'));
  heard = await learnDetector({
    modality: 'audio',
    classes: 2,
    recordings: [0, 1, 2, 3].map(toneRecording),
    unlabelled: [4, 5].map((k) => toneRecording(k).input),
    seed: 1,
    effort: 0.6,
  });
}, 300_000);
afterAll(async () => {
  disposeDetector([heard.model]);
  await rm(temporary, { recursive: true, force: true });
});

it('finds and names events in recordings that it never saw, with confidence that holds', () => {
  expect(heard.folds).toBe(3);
  expect(f1Of([10, 11, 12].map(toneRecording), heard)).toBeGreaterThan(0.9);
  const held = heard.heldOut.map(({ recording, detections }) => countMatches(matchEvents(recording.spans, detections)));
  expect(rateOf(held.reduce((a, b) => addCounts(a, b))).f1).toBeGreaterThan(0.85);
  for (const { detections } of heard.heldOut)
    for (const { confidence } of detections) expect(confidence).toBeGreaterThan(0.3);
});

it('keeps exemplars of unmarked events too, named by those they resemble', () => {
  const { exemplars } = heard.model;
  expect(exemplars!.marked).toBe(28);
  expect(exemplars!.forms.length).toBeGreaterThan(36);
  const unmarked = exemplars!.votes.subarray(28 * 3);
  const sure = Array.from({ length: unmarked.length / 3 }, (_, i) => Math.max(...unmarked.subarray(i * 3, i * 3 + 3)));
  expect(sure.filter((share) => share > 0.6).length).toBeGreaterThan(0.8 * sure.length);
});

it('reads back from its file as it was, and refuses one of another version', async () => {
  const file = path.join(temporary, 'detector.safetensors');
  await saveDetector(file, [heard.model]);
  const models = await loadDetector(file);
  const { input } = toneRecording(20);
  expect(detect(models[0]!, input)).toEqual(detect(heard.model, input));
  disposeDetector(models);
  await writeFile(file, encodeSafetensors({}, { detector: '[]' }));
  await expect(loadDetector(file)).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
});

it('learns from positive marks alone, without taking unmarked time for nothing', async () => {
  const recordings = [0, 1, 2].map((k) => {
    const recording = toneRecording(k);
    return { ...recording, complete: false, spans: recording.spans.filter((_, i) => i % 2 === 0 || i === 1) };
  });
  const learnt = await learnDetector({
    modality: 'audio',
    classes: 2,
    recordings,
    unlabelled: [],
    seed: 1,
    effort: 0.6,
  });
  expect(f1Of([10, 11].map(toneRecording), learnt)).toBeGreaterThan(0.7);
  disposeDetector([learnt.model]);
});

it('names a rejected form as nothing', async () => {
  const recordings = [0, 1, 2, 3].map((k) => {
    const recording = toneRecording(k);
    // Falling tones were proposed as class 0 and rejected.
    const spans = recording.spans.map((span) =>
      span.classIndex === 0 ? span : { ...span, classIndex: 0, value: 'negative' as const },
    );
    return { ...recording, spans };
  });
  const learnt = await learnDetector({
    modality: 'audio',
    classes: 1,
    recordings,
    unlabelled: [],
    seed: 1,
    effort: 0.6,
  });
  const recording = toneRecording(10);
  const found = detect(learnt.model, recording.input);
  const falling = recording.spans.filter(({ classIndex }) => classIndex === 1);
  const wrong = found.filter((one) => falling.some((span) => span.onsetS < one.offsetS && span.offsetS > one.onsetS));
  expect(found.length).toBeGreaterThanOrEqual(3);
  expect(wrong).toEqual([]);
  disposeDetector([learnt.model]);
});

it('tells seen events apart by their form, wherever they appear', async () => {
  const pictured = (mediaId: number) => {
    const random = new Random(mediaId + 50);
    const spans = Array.from({ length: 6 }, (_, k) => ({
      eventId: mediaId * 10 + k,
      classIndex: k % 2,
      onsetS: 1 + k * 3,
      offsetS: 2 + k * 3,
      value: 'positive' as const,
    }));
    const places = spans.map(() => [12 + random.integer(0, 20), 12 + random.integer(0, 20)] as const);
    const pictures = Array.from({ length: 200 }, (_, f) => {
      const picture = new Uint8Array(pictureSize ** 2).map(() => 60 + random.integer(0, 4) + f / 10);
      const k = spans.findIndex(({ onsetS, offsetS }) => f / 10 >= onsetS && f / 10 < offsetS);
      if (k < 0) return picture;
      const [x, y] = places[k]!;
      // A bar, standing or lying.
      for (let i = 0; i < 20; i++)
        for (let j = 0; j < 5; j++) picture[k % 2 === 0 ? (y + i) * 64 + x + j : (y + j) * 64 + x + i] = 200;
      return picture;
    });
    return { mediaId, durationS: 20, complete: true, spans, input: pictureInput(pictures) };
  };
  const learnt = await learnDetector({
    modality: 'visual',
    classes: 2,
    recordings: [0, 1, 2].map(pictured),
    unlabelled: [],
    seed: 1,
    effort: 1.3,
  });
  const { spans, input } = pictured(9);
  expect(rateOf(countMatches(matchEvents(spans, detect(learnt.model, input)))).f1).toBeGreaterThan(0.8);
  disposeDetector([learnt.model]);
});
