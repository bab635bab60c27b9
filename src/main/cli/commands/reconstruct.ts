// cavmae reconstruct: originals, masked, reconstructions and errors of a clip or file.
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { ReconstructedArrays } from '../../../engine/procedures/reconstructionFiles.ts';
import { writeReconstruction } from '../../../engine/procedures/reconstructionFiles.ts';
import { reconstructFile } from '../../../engine/procedures/reconstructFile.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { decodeSafetensors, type Tensor } from '../../../shared/wire/safetensors.ts';
import { session, type Terminal } from '../command.ts';
import { integer, number } from '../optionTypes.ts';
import { clipOrFile, modelOf } from '../resolve.ts';

interface ReconstructOptions { mask: 'random' | 'time' | 'freq' | 'tf'; ratioAudio: number; ratioVisual: number; seed: number; frame: number; model?: string; out: string }
interface Parts { audio: ReconstructedArrays | null; frame: ReconstructedArrays | null; lossA: number | null; lossV: number | null; perPatchStatistics: boolean }

function arraysOf(tensors: Record<string, Tensor>, stream: 'A' | 'V'): ReconstructedArrays | null {
  const [original, prediction, mask, error] = ['original', 'pred', 'mask', 'error'].map((name) => tensors[`${name}${stream}`]?.data);
  const parts = [original, prediction, mask, error].map((data) => (data ? Float32Array.from(data) : null));
  if (parts.some((part) => part === null)) return null;
  const [a, b, c, d] = parts as [Float32Array, Float32Array, Float32Array, Float32Array];
  return { original: a, prediction: b, mask: c, error: d };
}

export function addReconstructCommand(program: Command, terminal: Terminal): void {
  session<ReconstructOptions, [string]>(program.command('reconstruct').description('hide patches of a clip or file and see what the model makes of them').argument('<clip|file>')
    .addOption(new Option('--mask <mode>', 'how patches of the sound are chosen').choices(['random', 'time', 'freq', 'tf']).default('random'))
    .option('--ratio-audio <r>', 'hidden share of the sound', number(0, 1), 0.75).option('--ratio-visual <r>', 'hidden share of the picture', number(0, 1), 0.75).option('--seed <n>', 'of the mask', integer(0), 0)
    .option('--frame <k>', 'which of the ten frames', integer(0, 9), 5).option('--model <model>', 'catalogue id or checkpoint file (default: shipped)').requiredOption('--out <dir>', 'folder to write'), terminal, {
    writes: true,
    async run(opened, options, name) {
      const { client, engine } = opened;
      const query = await clipOrFile(opened, name);
      const modelId = await modelOf(opened, options.model);
      const mask = { mode: options.mask === 'random' ? 'unstructured' as const : options.mask, ratioA: options.ratioAudio, ratioV: options.ratioVisual, seed: options.seed };
      let parts: Parts;
      if ('clip' in query) {
        const { dataUrl, ...rest } = await client.inspect.reconstruct({ clipId: query.clip.id, modelId, frame: options.frame, mask });
        const bytes = engine.data.get(decodeURIComponent(dataUrl.slice('/data/'.length)));
        if (!bytes) throw new EngineError('INTERNAL', 'the reconstruction was dropped before it could be read');
        const { tensors } = decodeSafetensors(bytes);
        parts = { ...rest, audio: arraysOf(tensors, 'A'), frame: arraysOf(tensors, 'V') };
      } else parts = await reconstructFile(engine.context, { file: query.file, modelId, frame: options.frame, mask });
      const out = path.resolve(options.out);
      const files = [...(parts.audio ? await writeReconstruction(out, 'audio', parts.audio) : []), ...(parts.frame ? await writeReconstruction(out, 'frame', parts.frame) : [])];
      const document = { files, lossAudio: parts.lossA, lossVisual: parts.lossV, perPatchStatistics: parts.perPatchStatistics };
      return { document, text: [`loss of the sound ${parts.lossA?.toFixed(4) ?? 'none'}, of the picture ${parts.lossV?.toFixed(4) ?? 'none'}`, ...(parts.perPatchStatistics ? ['The model predicts normalised patches: each is painted with its own mean and spread.'] : []), ...files].join('\n') };
    },
  });
}
