// All presets, by id.
import type { FinetuneDepth } from '../../../shared/contract/modes.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { ownFinetuning } from './ownFinetuning.ts';
import { paperFinetuning } from './paperFinetuning.ts';
import type { FinetunePreset, PretrainPreset } from './preset.ts';
import { pretraining } from './pretraining.ts';

const finetuning = [...ownFinetuning, ...paperFinetuning];
export const allPresets: (FinetunePreset | PretrainPreset)[] = [...finetuning, ...pretraining];

function find<P extends { id: string }>(presets: readonly P[], id: string): P {
  const preset = presets.find((p) => p.id === id);
  if (!preset)
    throw new EngineError('BAD_INPUT', `there is no preset “${id}”`, {
      field: 'preset',
      hint: `Known: ${presets.map((p) => p.id).join(', ')}.`,
    });
  return preset;
}

/** The preset, or the depth's own where the named one is for another depth. Throws BAD_INPUT for an unknown id. */
export function finetunePreset(id: string, depth: FinetuneDepth): FinetunePreset {
  const preset = find(finetuning, id);
  return preset.values.depth === depth ? preset : find(finetuning, depth);
}

export const pretrainPreset = (id: string): PretrainPreset => find(pretraining, id);
