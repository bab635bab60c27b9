// A classifier out of the workspace: the reference's state_dict, ONNX, a folder for others, its card; and its predictions as a table.
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Classifier } from '../../shared/contract/model.ts';
import { EngineError } from '../../shared/engineError.ts';
import { resolveModel } from '../checkpoint/catalogue.ts';
import { loadCheckpoint, type Checkpoint } from '../checkpoint/loadCheckpoint.ts';
import { loadModel } from '../checkpoint/loadModel.ts';
import { exportOnnx } from '../checkpoint/onnx/exportOnnx.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { writeCsv } from '../collection/labels/safeCsv.ts';
import { readClassifier } from '../training/classifierFile.ts';
import { writeDurably } from '../training/writeDurably.ts';
import { classifierCard } from './classifierCard.ts';
import type { EngineContext } from './engineContext.ts';

type Stored = Classifier & { checkpointFile: string };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The whole CAVMAEFT: a head's frozen body comes from its model; its temperature is folded in, so that softmax or sigmoid of the logits is calibrated. */
async function wholeModel({ workspace }: EngineContext, classifier: Stored): Promise<Checkpoint> {
  if (classifier.depth !== 'head') return loadCheckpoint(classifier.checkpointFile);
  const { tensors: head, card } = readClassifier(classifier.checkpointFile);
  const { tensors, config } = await loadModel(resolveModel(workspace, classifier.modelId));
  for (const name of tensors.keys()) if (name.startsWith('decoder_') || name.startsWith('mlp_head.') || name === 'mask_token') tensors.delete(name);
  for (const [name, { shape, data }] of Object.entries(head)) {
    const values = data as Float32Array;
    tensors.set(name, { shape, data: name.startsWith('mlp_head.1.') ? values.map((x) => x / card.temperature) : values });
  }
  return { tensors, config, kind: 'cavmaeft', metadata: { classes: JSON.stringify(classifier.classes.map(({ name }) => name)) } };
}

async function writeSafetensors(path: string, classifier: Stored, checkpoint: Checkpoint): Promise<void> {
  await saveCheckpoint(path, { kind: 'cavmaeft', config: checkpoint.config, tensors: checkpoint.tensors, classes: classifier.classes.map(({ name }) => name), parent: classifier.modelId, metadata: { name: classifier.name } });
}

/** Writes `path` (a folder for `folder`) and returns the files. Throws DISK_FULL and what reading the model throws. */
export async function exportClassifier(context: EngineContext, classifier: Stored, path: string, format: 'safetensors' | 'onnx' | 'folder' | 'card'): Promise<string[]> {
  const multiLabel = context.workspace.annotations.multiLabel(classifier.schemaId);
  const card = () => classifierCard(classifier, { multiLabel });
  if (format === 'card') {
    const file = extname(path) ? path : `${path}.md`;
    writeDurably(file, text(card()));
    return [file];
  }
  const checkpoint = await wholeModel(context, classifier);
  if (format === 'safetensors') {
    await writeSafetensors(path, classifier, checkpoint);
    return [path];
  }
  if (format === 'onnx') {
    await exportOnnx(path, checkpoint, { graph: 'classifier', mode: classifier.mode });
    return [path];
  }
  await mkdir(path, { recursive: true });
  const file = (name: string) => join(path, name);
  await writeSafetensors(file('model.safetensors'), classifier, checkpoint);
  await exportOnnx(file('model.onnx'), checkpoint, { graph: 'classifier', mode: classifier.mode });
  const { metrics, classes, name, mode, modelId } = classifier;
  const description = { name, mode, modelId, multiLabel, activation: multiLabel ? 'sigmoid' : 'softmax', config: checkpoint.config, classes: classes.map((c, k) => ({ ...c, threshold: metrics.classes[k]?.threshold ?? 0.5 })) };
  writeDurably(file('classifier.json'), text(`${JSON.stringify(description, null, 2)}\n`));
  writeDurably(file('README.md'), text(card()));
  return ['model.safetensors', 'model.onnx', 'classifier.json', 'README.md'].map(file);
}

/** One row per clip: its window, the likeliest class, and every class's probability. Throws BAD_INPUT where nothing is predicted yet. */
export async function exportPredictions({ workspace }: EngineContext, classifier: Stored, path: string, format: 'csv' | 'jsonl' | 'parquet'): Promise<string[]> {
  const { clipIds, probabilities } = workspace.classifiers.predictions(classifier.id);
  if (!clipIds.length) throw new EngineError('BAD_INPUT', `“${classifier.name}” has predicted nothing yet`, { hint: 'Run its predictions first.' });
  const width = classifier.classes.length;
  const clips = new Map(workspace.clips.many([...clipIds]).map((clip) => [clip.id, clip]));
  const rows = Array.from(clipIds).flatMap((clipId, n) => {
    const clip = clips.get(clipId);
    if (!clip) return [];
    const p = Array.from(probabilities.subarray(n * width, (n + 1) * width));
    return [{ clip, p, top: classifier.classes[p.indexOf(Math.max(...p))]!.name }];
  });
  const names = classifier.classes.map(({ name }) => name);
  if (format === 'csv') writeDurably(path, text(writeCsv([['path', 'start', 'end', 'predicted', ...names], ...rows.map(({ clip, p, top }) => [clip.absolutePath, clip.startS, clip.endS, top, ...p])])));
  else if (format === 'jsonl') writeDurably(path, text(rows.map(({ clip, p, top }) => `${JSON.stringify({ clip: clip.id, path: clip.absolutePath, start: clip.startS, end: clip.endS, predicted: top, probabilities: Object.fromEntries(names.map((name, k) => [name, p[k]])) })}\n`).join('')));
  else {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'path', data: rows.map((r) => r.clip.absolutePath), type: 'STRING' }, { name: 'start', data: rows.map((r) => r.clip.startS), type: 'DOUBLE' }, { name: 'end', data: rows.map((r) => r.clip.endS), type: 'DOUBLE' },
        { name: 'predicted', data: rows.map((r) => r.top), type: 'STRING' }, ...names.map((name, k) => ({ name: `p:${name}`, data: rows.map((r) => r.p[k]!), type: 'DOUBLE' as const })),
      ],
    });
    writeDurably(path, new Uint8Array(bytes));
  }
  return [path];
}
