// Bench: F1 of detectors of events, cross-validated over the recordings of a folder with events.csv (file, onset_s, offset_s, label, modality).
// node test/bench/detector.ts FOLDER [--modality heard|seen] [--recordings 5,10,30] [--splits 4] [--inputs FOLDER]
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import type { DetectorInput } from '../../src/engine/events/detectorInput.ts';
import { addCounts, countMatches, matchEvents, rateOf, type Counts } from '../../src/engine/events/eventScores.ts';
import { disposeDetector } from '../../src/engine/events/network/detectorFile.ts';
import { detect } from '../../src/engine/events/network/detectorModel.ts';
import { learnDetector } from '../../src/engine/events/network/learnDetector.ts';
import type { LabelledRecording } from '../../src/engine/events/timedSpan.ts';
import { nodeAvDecoder } from '../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { Random } from '../../src/engine/training/random.ts';
import { writeDetectorInput } from '../../src/engine/workers/detectorInput.ts';
import { decodeSafetensors } from '../../src/shared/wire/safetensors.ts';

type Recording = LabelledRecording & { input: DetectorInput };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    modality: { type: 'string', default: 'heard' },
    recordings: { type: 'string', default: '5,10,30' },
    splits: { type: 'string', default: '4' },
    inputs: { type: 'string', default: path.join(os.tmpdir(), 'cavmae-bench-detector') },
  },
});
const folder = positionals[0];
if (!folder) throw new Error('name the folder with events.csv');
const modality = values.modality === 'seen' ? 'visual' : 'audio';
const durationS = 60;

async function read(): Promise<{ recordings: Recording[]; classes: number }> {
  await mkdir(values.inputs, { recursive: true });
  const table = (await readFile(path.join(folder!, 'events.csv'), 'utf8'))
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
    .filter((row) => row[4] === values.modality);
  const names = [...new Set(table.map((row) => row[3]!))].toSorted();
  const recordings: Recording[] = [];
  for (const [mediaId, file] of (await readdir(path.join(folder!, 'recordings'))).toSorted().entries()) {
    const outputPath = path.join(values.inputs, `${file}.safetensors`);
    if (!existsSync(outputPath))
      await writeDetectorInput(
        nodeAvDecoder,
        { path: path.join(folder!, 'recordings', file), durationS, outputPath },
        new AbortController().signal,
      );
    const { tensors } = decodeSafetensors(await readFile(outputPath));
    const spans = table
      .filter((row) => row[0] === file)
      .map((row, k) => ({
        eventId: mediaId * 1000 + k,
        classIndex: names.indexOf(row[3]!),
        onsetS: Number(row[1]),
        offsetS: Number(row[2]),
        value: 'positive' as const,
      }));
    const input =
      modality === 'audio'
        ? { spectrum: tensors.spectrum!.data as Float32Array }
        : { pictures: tensors.pictures!.data as Uint8Array, grid: tensors.grid!.data as Uint8Array };
    recordings.push({ mediaId, durationS, complete: true, spans, input });
  }
  return { recordings, classes: names.length };
}

const { recordings, classes } = await read();
const backend = await startBackend();
console.log(`${recordings.length} recordings, ${classes} classes, ${values.modality}; ${backend.backend}`);
console.log(
  '| recordings | events | held out by the detector | in a quarter that it never saw | CPU seconds of learning |',
);
console.log('| ---: | ---: | ---: | ---: | ---: |');
const splits = Number(values.splits);
for (const count of values.recordings.split(',').map(Number)) {
  const none: Counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
  let [inside, outside] = [none, none];
  let [events, seconds] = [0, 0];
  for (let split = 0; split < splits; split++) {
    const order = new Random(100 + split).shuffled(recordings);
    const quarter = Math.floor(recordings.length / 4);
    const [test, rest] = [order.slice(0, quarter), order.slice(quarter)];
    const marked = rest.slice(0, count);
    const began = process.cpuUsage();
    const { model, heldOut } = await learnDetector({
      modality,
      classes,
      recordings: marked,
      unlabelled: rest.slice(count).map(({ input }) => input),
      seed: split,
    });
    const used = process.cpuUsage(began);
    seconds += (used.user + used.system) / 1e6;
    events += marked.reduce((sum, { spans }) => sum + spans.length, 0);
    for (const { recording, detections } of heldOut)
      inside = addCounts(inside, countMatches(matchEvents(recording.spans, detections)));
    for (const recording of test)
      outside = addCounts(outside, countMatches(matchEvents(recording.spans, detect(model, recording.input))));
    disposeDetector([model]);
  }
  const row = [
    count,
    Math.round(events / splits),
    rateOf(inside).f1.toFixed(3),
    rateOf(outside).f1.toFixed(3),
    (seconds / splits).toFixed(0),
  ];
  console.log(`| ${row.join(' | ')} |`);
}
