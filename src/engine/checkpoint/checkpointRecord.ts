// The metadata that our checkpoints carry in their .safetensors file: kind, configuration, classes, preprocessing,
// parent.
import { z } from 'zod';
import type { CavMaeConfig } from '../model/config.ts';
import type { ModelKind } from '../model/parameterShapes.ts';
import { EngineError } from '../../shared/engineError.ts';

/** How inputs are made for this model; a change of preprocessing is a change of this number. */
export const preprocessingVersion = 'kaldi-fbank-128/pil-bicubic-224/1';

export interface CheckpointRecord {
  kind: ModelKind;
  config: CavMaeConfig | Record<string, unknown>;
  /** Names of the classes, in the order of the logits; null for a pretrained model. */
  classes: string[] | null;
  preprocessing: string;
  /** Where the weights came from: a catalogue id, or a file's name. */
  parent: string | null;
  trained: boolean;
}

export function encodeRecord(
  record: Pick<CheckpointRecord, 'kind' | 'config'> & Partial<CheckpointRecord>,
): Record<string, string> {
  const { kind, config, classes, preprocessing = preprocessingVersion, parent, trained = true } = record;
  return {
    format: 'pt',
    kind,
    config: JSON.stringify(config),
    preprocessing,
    trained: String(trained),
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(parent && { parent }),
  };
}

function json<T>(metadata: Record<string, string>, field: string, schema: z.ZodType<T>): T | null {
  const text = metadata[field];
  if (text === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new EngineError('BAD_INPUT', `the checkpoint's metadata entry "${field}" is damaged`, { field });
  return parsed.data;
}

/** Fields that were not recorded are null. @throws EngineError BAD_INPUT naming a damaged entry */
export function decodeRecord(metadata: Record<string, string>): {
  config: Record<string, unknown> | null;
  classes: string[] | null;
  preprocessing: string | null;
  parent: string | null;
  trained: boolean | null;
} {
  return {
    config: json(metadata, 'config', z.record(z.string(), z.unknown())),
    classes: json(metadata, 'classes', z.array(z.string())),
    preprocessing: metadata.preprocessing ?? null,
    parent: metadata.parent ?? null,
    trained: metadata.trained === undefined ? null : metadata.trained === 'true',
  };
}
