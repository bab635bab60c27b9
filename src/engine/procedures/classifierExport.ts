// A classifier out of the workspace: the reference's state_dict, ONNX, a folder for others, its card.
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Classifier } from '../../shared/contract/model.ts';
import { EngineError } from '../../shared/engineError.ts';
import { resolveModel } from '../checkpoint/catalogue.ts';
import { loadCheckpoint, type Checkpoint } from '../checkpoint/loadCheckpoint.ts';
import { loadModel } from '../checkpoint/loadModel.ts';
import { exportOnnx } from '../checkpoint/onnx/exportOnnx.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
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

async function writeWeights(path: string, classifier: Stored, checkpoint: Checkpoint): Promise<void> {
  await saveCheckpoint(path, { kind: 'cavmaeft', config: checkpoint.config, tensors: checkpoint.tensors, classes: classifier.classes.map(({ name }) => name), parent: classifier.modelId, metadata: { name: classifier.name } });
}

/** Writes `path` (a folder for `folder`) and returns the files. Throws DISK_FULL and what reading the model throws. */
export async function exportClassifier(context: EngineContext, classifier: Stored, path: string, format: 'safetensors' | 'pth' | 'onnx' | 'folder' | 'card'): Promise<string[]> {
  const multiLabel = context.workspace.annotations.multiLabel(classifier.schemaId);
  const card = () => classifierCard(classifier, { multiLabel });
  if (format === 'card') {
    const file = extname(path) ? path : `${path}.md`;
    writeDurably(file, text(card()));
    return [file];
  }
  const checkpoint = await wholeModel(context, classifier);
  if (format === 'safetensors' || format === 'pth') {
    if (extname(path).toLowerCase() !== `.${format}`) throw new EngineError('BAD_INPUT', `${path} should end in .${format}`, { path });
    await writeWeights(path, classifier, checkpoint);
    return [path];
  }
  if (format === 'onnx') {
    await exportOnnx(path, checkpoint, { graph: 'classifier', mode: classifier.mode });
    return [path];
  }
  await mkdir(path, { recursive: true });
  const file = (name: string) => join(path, name);
  await writeWeights(file('model.safetensors'), classifier, checkpoint);
  await exportOnnx(file('model.onnx'), checkpoint, { graph: 'classifier', mode: classifier.mode });
  const { metrics, classes, name, mode, modelId } = classifier;
  const description = { name, mode, modelId, multiLabel, activation: multiLabel ? 'sigmoid' : 'softmax', config: checkpoint.config, classes: classes.map((c, k) => ({ ...c, threshold: metrics.classes[k]?.threshold ?? 0.5 })) };
  writeDurably(file('classifier.json'), text(`${JSON.stringify(description, null, 2)}\n`));
  writeDurably(file('README.md'), text(card()));
  return ['model.safetensors', 'model.onnx', 'classifier.json', 'README.md'].map(file);
}
