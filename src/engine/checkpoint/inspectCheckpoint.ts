// What is in a checkpoint, without reading its values.
import { EngineError } from '../../shared/engineError.ts';
import { parameterShapes, type ModelKind } from '../model/parameterShapes.ts';
import { decodeRecord } from './checkpointRecord.ts';
import { configOfFile } from './configOfFile.ts';
import { kindOf } from './loadCheckpoint.ts';
import { openCheckpoint, type CheckpointFormat } from './openCheckpoint.ts';
import { sizeOf, type Dtype } from './tensorEntry.ts';
import { isVisionMae } from './visionMae.ts';

export interface CheckpointContents {
  format: CheckpointFormat;
  kind: ModelKind | 'vision-mae' | 'unknown';
  tensors: { name: string; shape: number[]; dtype: Dtype }[];
  parameters: number;
  sizeBytes: number;
  config: Record<string, unknown> | null;
  /** Null where the file does not say, an empty list where it has no head. */
  classes: string[] | null;
  labelDim: number;
  metadata: Record<string, string>;
  preprocessing: string | null;
  parent: string | null;
  trained: boolean | null;
  /** Against the tensors a model of this configuration has; both empty when it matches exactly. */
  missing: string[];
  unexpected: string[];
  /** Values in unexpected tensors. */
  unexpectedParameters: number;
  misshapen: { name: string; shape: number[]; expected: number[] }[];
  /** Why it is not a CAV-MAE checkpoint, where it is not. */
  problem: string | null;
}

/** @throws EngineError NOT_FOUND, BAD_INPUT (damaged, or more than plain weights) */
export async function inspectCheckpoint(path: string): Promise<CheckpointContents> {
  const file = await openCheckpoint(path);
  const { source, format, entries, metadata } = file;
  await source.close();
  const shapes = new Map(entries.map(({ name, shape }) => [name, { shape }]));
  const { classes, preprocessing, parent, trained } = decodeRecord(metadata);
  const labelDim = shapes.get('mlp_head.1.weight')?.shape[0] ?? 0;
  const contents: CheckpointContents = {
    format,
    kind: 'unknown',
    tensors: entries.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    parameters: entries.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    sizeBytes: source.size,
    config: null,
    classes,
    labelDim,
    metadata,
    preprocessing,
    parent,
    trained,
    missing: [],
    unexpected: [],
    unexpectedParameters: 0,
    misshapen: [],
    problem: null,
  };
  if (isVisionMae((name) => shapes.has(name))) return { ...contents, kind: 'vision-mae' };
  const kind = kindOf((name) => shapes.has(name));
  try {
    const config = await configOfFile(file);
    const expected = parameterShapes(config, kind, labelDim);
    const unexpected = [...shapes].filter(([name]) => !expected.has(name));
    return {
      ...contents,
      kind,
      config: { ...config },
      missing: [...expected.keys()].filter((name) => !shapes.has(name)),
      unexpected: unexpected.map(([name]) => name),
      unexpectedParameters: unexpected.reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0),
      misshapen: [...expected].flatMap(([name, shape]) => {
        const found = shapes.get(name)?.shape;
        return found && found.join() !== shape.join() ? [{ name, shape: found, expected: shape }] : [];
      }),
    };
  } catch (thrown) {
    const error = EngineError.from(thrown);
    // The tensors may be those of a CAV-MAE although their configuration stays unknown.
    return {
      ...contents,
      kind: shapes.has('modality_a') && shapes.has('blocks_u.0.attn.qkv.weight') ? kind : 'unknown',
      problem: `${error.message}${error.detail.hint ? ` ${error.detail.hint}` : ''}`,
    };
  }
}
