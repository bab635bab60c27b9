// A classifier out of the workspace: the reference's state_dict, ONNX, a folder for others, its card.
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Classifier } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { loadCheckpoint, type Checkpoint } from '../../checkpoint/loadCheckpoint.ts';
import { loadModel } from '../../checkpoint/loadModel.ts';
import { exportOnnx } from '../../checkpoint/onnx/exportOnnx.ts';
import { saveCheckpoint } from '../../checkpoint/saveCheckpoint.ts';
import { readClassifier, type ClassifierCard } from '../../training/classifierFile.ts';
import { writeDurably } from '../../base/writeDurably.ts';
import { classifierCard } from './classifierCard.ts';
import { folderCard, howToRun } from './classifierFolder.ts';
import type { EngineContext } from '../engineContext.ts';

type Stored = Classifier & { checkpointFile: string };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/**
 * The whole CAVMAEFT: a head's frozen body comes from its model; its temperature is folded in, so that softmax or
 * sigmoid of the logits is calibrated.
 */
async function wholeModel({ workspace }: EngineContext, classifier: Stored): Promise<Checkpoint> {
  if (classifier.depth !== 'head') return loadCheckpoint(classifier.checkpointFile);
  const { tensors: head, card } = readClassifier(classifier.checkpointFile);
  const { tensors, config } = await loadModel(resolveModel(workspace, classifier.modelId));
  for (const name of tensors.keys())
    if (name.startsWith('decoder_') || name.startsWith('mlp_head.') || name === 'mask_token') tensors.delete(name);
  for (const [name, { shape, data }] of Object.entries(head)) {
    const values = data as Float32Array;
    tensors.set(name, {
      shape,
      data: name.startsWith('mlp_head.1.') ? values.map((x) => x / card.temperature) : values,
    });
  }
  return {
    tensors,
    config,
    kind: 'cavmaeft',
    metadata: { classes: JSON.stringify(classifier.classes.map(({ name }) => name)) },
  };
}

async function writeWeights(
  path: string,
  classifier: Stored,
  checkpoint: Checkpoint,
  multiLabel: boolean,
): Promise<void> {
  const { classes, metrics, modelId, mode, depth } = classifier;
  // The card lets this application use the file as a classifier; its temperature is in the weights already.
  const card: ClassifierCard = {
    classes,
    multiLabel,
    temperature: 1,
    thresholds: classes.map((_, k) => metrics.classes[k]?.threshold ?? 0.5),
    modelId,
    mode,
    depth,
  };
  await saveCheckpoint(path, {
    kind: 'cavmaeft',
    config: checkpoint.config,
    tensors: checkpoint.tensors,
    classes: classes.map(({ name }) => name),
    parent: modelId,
    metadata: { name: classifier.name, classifier: JSON.stringify(card) },
  });
}

/** Writes `path` (a folder for `folder`) and returns the files. Throws DISK_FULL and what reading the model throws. */
export async function exportClassifier(
  context: EngineContext,
  classifier: Stored,
  path: string,
  format: 'safetensors' | 'pth' | 'onnx' | 'folder' | 'card',
): Promise<string[]> {
  const multiLabel = context.workspace.annotations.multiLabel(classifier.schemaId);
  const card = () => classifierCard(classifier, { multiLabel });
  if (format === 'card') {
    const file = extname(path) ? path : `${path}.md`;
    writeDurably(file, text(card()));
    return [file];
  }
  const checkpoint = await wholeModel(context, classifier);
  const graph = {
    graph: 'clips',
    mode: classifier.mode,
    activation: multiLabel ? 'sigmoid' : 'softmax',
    mean: classifier.depth === 'head' ? 'embeddings' : 'probabilities',
  } as const;
  if (format === 'safetensors' || format === 'pth') {
    if (extname(path).toLowerCase() !== `.${format}`)
      throw new EngineError('BAD_INPUT', `${path} should end in .${format}`, { path });
    await writeWeights(path, classifier, checkpoint, multiLabel);
    return [path];
  }
  if (format === 'onnx') {
    await exportOnnx(path, checkpoint, graph);
    return [path];
  }
  await mkdir(path, { recursive: true });
  const file = (name: string) => join(path, name);
  const written = ['model.safetensors', 'model.onnx', 'classifier.json', 'README.md'];
  await writeWeights(file('model.safetensors'), classifier, checkpoint, multiLabel);
  await exportOnnx(file('model.onnx'), checkpoint, graph);
  if (classifier.mode === 'multimodal') {
    for (const [name, only] of [
      ['sound-only.onnx', 'audio'],
      ['picture-only.onnx', 'image'],
    ] as const) {
      await exportOnnx(file(name), checkpoint, { ...graph, only });
      written.push(name);
    }
  }
  writeDurably(
    file('classifier.json'),
    text(`${JSON.stringify(folderCard(classifier, multiLabel, checkpoint.config), null, 2)}\n`),
  );
  writeDurably(file('README.md'), text(`${card()}\n${howToRun}`));
  return written.map(file);
}
