// An exported classifier's folder: what its classifier.json says, written by the export and read when the folder is
// asked about new files.
import { join } from 'node:path';
import { z } from 'zod';
import { finetuneDepth, finetuneMode, type Classifier } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { readBoundedText } from '../../base/readBounded.ts';

const cardSchema = z.object({
  name: z.string(),
  mode: finetuneMode,
  depth: finetuneDepth,
  modelId: z.string(),
  multiLabel: z.boolean(),
  activation: z.enum(['softmax', 'sigmoid']),
  config: z.record(z.string(), z.unknown()),
  classes: z.array(z.object({ classId: z.number().int(), name: z.string(), threshold: z.number() })).min(1),
});
export type FolderCard = z.infer<typeof cardSchema>;

export function folderCard(
  { name, mode, depth, modelId, classes, metrics }: Classifier,
  multiLabel: boolean,
  config: unknown,
): FolderCard {
  return {
    name,
    mode,
    depth,
    modelId,
    multiLabel,
    activation: multiLabel ? 'sigmoid' : 'softmax',
    config: config as Record<string, unknown>,
    classes: classes.map((one, k) => ({ ...one, threshold: metrics.classes[k]?.threshold ?? 0.5 })),
  };
}

/** Ten thousand classes with their thresholds take a tenth of this. */
const mostCardBytes = 16 * 1024 ** 2;

/** Throws NOT_FOUND, or BAD_INPUT for a folder that is not an exported classifier. */
export async function readClassifierFolder(folder: string): Promise<FolderCard & { model: string }> {
  const path = join(folder, 'classifier.json');
  const written = await readBoundedText(path, mostCardBytes).catch((thrown: unknown) => {
    throw new EngineError(
      'NOT_FOUND',
      `${folder} is not an exported classifier: it has no classifier.json`,
      { path: folder },
      thrown,
    );
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    parsed = undefined;
  }
  const card = cardSchema.safeParse(parsed);
  if (!card.success)
    throw new EngineError('BAD_INPUT', `${path} does not describe a classifier of this version`, {
      path,
      hint: 'Export it again as a folder.',
    });
  return { ...card.data, model: join(folder, 'model.safetensors') };
}

export const howToRun = `## Use on new files

\`cavmae predict --classifier THIS_FOLDER FILE…\` prints the probabilities. From Python, with onnxruntime and inputs made by \`cavmae fbank FILE --classifier
THIS_FOLDER --out fbank.npy\` and \`cavmae frames FILE --classifier THIS_FOLDER --out frames.npy\`:

\`\`\`python
import json, numpy as np, onnxruntime as ort
card = json.load(open("classifier.json"))
audio = np.load("fbank.npy")[None]
probabilities, = ort.InferenceSession("model.onnx").run(["probabilities"], {"audio": audio, "image": np.load("frames.npy")})
print({one["name"]: float(p) for one, p in zip(card["classes"], probabilities[0])})
\`\`\`

A probability below the class's threshold in classifier.json means that the classifier abstains. \`sound-only.onnx\` and \`picture-only.onnx\`, where
they are there, take clips that lack the other.
`;
