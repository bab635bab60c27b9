// A classifier on disk: safetensors under the reference's names (mlp_head.0 LayerNorm, mlp_head.1 Linear; deeper ones
// with the whole CAVMAEFT), and in its metadata what turns logits into probabilities and names.
import { readFileSync } from 'node:fs';
import { EngineError } from '../../shared/engineError.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import type { Head } from './head/head.ts';
import { writeDurably } from '../base/writeDurably.ts';

export interface ClassifierCard {
  classes: { classId: number; name: string }[];
  multiLabel: boolean;
  temperature: number;
  thresholds: number[];
  modelId: string;
  mode: string;
  depth: string;
}

export function headTensors(head: Head): Record<string, Tensor> {
  return {
    'mlp_head.0.weight': { shape: [head.dim], data: head.normWeight },
    'mlp_head.0.bias': { shape: [head.dim], data: head.normBias },
    'mlp_head.1.weight': { shape: [head.classes, head.dim], data: head.weight },
    'mlp_head.1.bias': { shape: [head.classes], data: head.bias },
  };
}

/** `metadata.classifier` holds the card as JSON; further metadata (config, parent) goes beside it. */
export function writeClassifier(
  path: string,
  tensors: Record<string, Tensor>,
  card: ClassifierCard,
  metadata: Record<string, string> = {},
): void {
  writeDurably(
    path,
    encodeSafetensors(tensors, {
      ...metadata,
      format: 'pt',
      classes: JSON.stringify(card.classes.map(({ name }) => name)),
      classifier: JSON.stringify(card),
    }),
  );
}

/** Throws NOT_FOUND, or CHECKPOINT_MISMATCH for a file that is not a classifier of this application. */
export function readClassifier(path: string): {
  head: Head;
  card: ClassifierCard;
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
} {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (thrown) {
    throw EngineError.from(thrown);
  }
  const broken = (why: string, cause?: unknown) =>
    new EngineError('CHECKPOINT_MISMATCH', `${path} is not a classifier: ${why}`, { path }, cause);
  let file: ReturnType<typeof decodeSafetensors>;
  try {
    file = decodeSafetensors(bytes);
  } catch (thrown) {
    throw broken(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  const { tensors, metadata } = file;
  if (!metadata.classifier) throw broken('it carries no class list');
  const card = JSON.parse(metadata.classifier) as ClassifierCard;
  const values = (name: string, length: number): Float32Array => {
    const data = tensors[name]?.data;
    if (!(data instanceof Float32Array) || data.length !== length)
      throw broken(`tensor ${name} has ${data?.length ?? 0} float32 values, ${length} are needed`);
    return data;
  };
  const dim = tensors['mlp_head.0.weight']?.shape[0] ?? 0;
  const classes = card.classes.length;
  const head: Head = {
    dim,
    classes,
    normWeight: values('mlp_head.0.weight', dim),
    normBias: values('mlp_head.0.bias', dim),
    weight: values('mlp_head.1.weight', classes * dim),
    bias: values('mlp_head.1.bias', classes),
  };
  return { head, card, tensors, metadata };
}
