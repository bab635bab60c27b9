// Tells which kind of model a foreign checkpoint holds, by the names of its tensors, so that a refusal can name it
// and the nearest usable one.
import { configOfSize } from '../model/config.ts';
import { parameterShapes } from '../model/parameterShapes.ts';

interface Family {
  name: string;
  /** Every one of these must occur in some tensor's name. */
  marks: readonly RegExp[];
}

/** The first that fits. */
const families: readonly Family[] = [
  { name: 'CLIP', marks: [/^(visual\.|vision_model\.)/, /(text_model\.|token_embedding|text_projection)/] },
  { name: 'CLAP', marks: [/^(audio_branch|audio_model)\./, /text/] },
  { name: 'ImageBind', marks: [/modality_trunks\./] },
  {
    name: 'an Audio Spectrogram Transformer (AST)',
    marks: [/(^|\.)v\.blocks\.0\./, /v\.(dist_token|cls_token|pos_embed)/],
  },
  { name: 'wav2vec 2.0 or HuBERT', marks: [/feature_extractor\.conv_layers\.0/] },
  { name: 'Whisper', marks: [/^(model\.)?encoder\.conv1\.weight/, /decoder/] },
  { name: 'BEATs', marks: [/relative_attention_bias/, /patch_embedding/] },
  { name: 'PANNs (CNN14)', marks: [/conv_block1\.conv1/, /fc_audioset/] },
  { name: 'Audio MAE or vision MAE', marks: [/^blocks\.0\./, /^decoder_blocks\.0\./, /mask_token/] },
  { name: 'a Vision Transformer (ViT)', marks: [/^blocks\.0\.attn\.qkv\.weight/] },
  { name: 'a ResNet', marks: [/^layer1\.0\.conv1\.weight/] },
];

/** `null` where no known family fits. */
export const familyOfTensors = (names: readonly string[]): string | null =>
  families.find(({ marks }) => marks.every((mark) => names.some((name) => mark.test(name))))?.name ?? null;

/** The part of a CAV-MAE's tensor names that a file has, as a share of all that either has. */
function likeness(names: ReadonlySet<string>, wanted: ReadonlySet<string>): number {
  const shared = [...wanted].filter((name) => names.has(name)).length;
  return shared / (names.size + wanted.size - shared);
}

/** The kind of CAV-MAE checkpoint whose tensor names a file's are nearest to, with the share of names in common. */
export function nearestKind(names: readonly string[]): { name: string; share: number } {
  const bare = new Set(names.map((name) => name.replace(/^module\./, '')));
  const known = [
    { name: 'a pretrained CAV-MAE', kind: 'cavmae' as const },
    { name: 'a finetuned CAV-MAE', kind: 'cavmaeft' as const },
  ];
  return known
    .map(({ name, kind }) => ({
      name,
      share: likeness(bare, new Set(parameterShapes(configOfSize('base'), kind, 527).keys())),
    }))
    .reduce((best, one) => (one.share > best.share ? one : best));
}
