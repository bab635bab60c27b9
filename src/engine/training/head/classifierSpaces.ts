// A head classifier's files: the one of its own mode, and beside it the heads trained on sound alone and picture alone.
import type { FinetuneMode } from '../../../shared/contract/modes.ts';
import type { Space } from '../../../shared/contract/model.ts';

export const spaceOfMode: Record<FinetuneMode, Space> = {
  multimodal: 'joint',
  audioonly: 'audio',
  videoonly: 'visual',
};

/** `X.safetensors` → `X.audio.safetensors`, `X.visual.safetensors`. */
export const siblingFile = (file: string, space: Space): string =>
  space === 'joint' ? file : file.replace(/\.safetensors$/, `.${space}.safetensors`);
