// cavmae features, losses, logits: the model on inputs already preprocessed, for comparison with the reference.
import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { classifierModes } from '../../../shared/contract/modes.ts';
import type { ComputeHandlers } from '../../../engine/workers/compute.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { plain, type GlobalOptions, type Terminal } from '../command.ts';
import { modelPath } from '../modelPath.ts';
import { readNpy, writeNpy } from '../npyFile.ts';
import { number } from '../optionTypes.ts';
import { table } from '../table.ts';
import { withWorker } from '../worker.ts';

interface TensorOptions extends GlobalOptions {
  model: string;
  fbank: string;
  frames: string;
}
interface LossOptions extends TensorOptions {
  noiseA: string;
  noiseV: string;
  ratioAudio: number;
  ratioVisual: number;
  normPixLoss?: boolean;
  maeWeight: number;
  contrastWeight: number;
}
interface LogitOptions extends GlobalOptions {
  model: string;
  fbank?: string;
  frames?: string;
  mode: (typeof classifierModes)[number];
  out: string;
}

/** A checkpoint file or `random:size:seed` as it is; anything else is an id of the catalogue. */
const pathOf = async (options: { model: string; workspace?: string }): Promise<string> => {
  if (options.model.startsWith('random:')) return options.model;
  if (existsSync(options.model)) return path.resolve(options.model);
  return modelPath(options.model, options.workspace);
};

const command = (program: Command, name: string, text: string): Command =>
  program.command(name).description(text).requiredOption('--model <file>', 'checkpoint file or catalogue id');

export function addTensorCommands(program: Command, terminal: Terminal): void {
  plain<TensorOptions & { out: string }, []>(
    command(program, 'features', 'patch tokens and embeddings of preprocessed inputs')
      .requiredOption('--fbank <file>', '.npy [N, T, 128]')
      .requiredOption('--frames <file>', '.npy [N, 3, H, W]')
      .requiredOption('--out <dir>', 'folder to write'),
    terminal,
    async (options) => {
      const [model, fbank, frames] = [
        await pathOf(options),
        await readNpy(options.fbank),
        await readNpy(options.frames),
      ];
      const features = await withWorker<ComputeHandlers, Awaited<ReturnType<ComputeHandlers['features']>>>(
        'compute',
        ({ calls }) => calls.features({ model, fbank, frames }),
      );
      const shapes: Record<string, number[]> = {};
      const files: string[] = [];
      for (const [name, { data, shape }] of Object.entries(features)) {
        files.push(await writeNpy(path.join(options.out, `${name}.npy`), data, shape));
        shapes[name] = shape;
      }
      return {
        document: { shapes, files },
        text: table(
          ['array', 'shape'],
          Object.entries(shapes).map(([name, shape]) => [name, `[${shape.join(', ')}]`]),
        ),
      };
    },
  );
  plain<LossOptions, []>(
    command(program, 'losses', 'the pretraining forward with given mask noise')
      .requiredOption('--fbank <file>', '.npy [N, T, 128]')
      .requiredOption('--frames <file>', '.npy [N, 3, H, W]')
      .requiredOption('--noise-a <file>', '.npy [N, audio tokens]')
      .requiredOption('--noise-v <file>', '.npy [N, visual tokens]')
      .option('--ratio-audio <r>', 'hidden share of audio', number(0, 1), 0.75)
      .option('--ratio-visual <r>', 'hidden share of picture', number(0, 1), 0.75)
      .option('--norm-pix-loss', 'with normalised patches (default: as the checkpoint says)')
      .option('--no-norm-pix-loss', 'with raw patches')
      .option('--mae-weight <w>', 'of the reconstruction losses in the total; 0 leaves them out', number(0), 1)
      .option('--contrast-weight <w>', 'of the contrastive loss; 0 leaves it out', number(0), 0.01),
    terminal,
    async (options) => {
      const [model, fbank, frames, noiseA, noiseV] = [
        await pathOf(options),
        await readNpy(options.fbank),
        await readNpy(options.frames),
        await readNpy(options.noiseA),
        await readNpy(options.noiseV),
      ];
      const request = {
        model,
        fbank,
        frames,
        noiseA,
        noiseV,
        ratioA: options.ratioAudio,
        ratioV: options.ratioVisual,
        maeLossWeight: options.maeWeight,
        contrastLossWeight: options.contrastWeight,
        ...(options.normPixLoss === undefined ? {} : { normPixLoss: options.normPixLoss }),
      };
      const losses = await withWorker<ComputeHandlers, Awaited<ReturnType<ComputeHandlers['losses']>>>(
        'compute',
        ({ calls }) => calls.losses(request),
      );
      return { document: losses, text: table(['loss', 'value'], Object.entries(losses)) };
    },
  );
  plain<LogitOptions, []>(
    command(program, 'logits', 'a finetuned classifier on preprocessed inputs')
      .option('--fbank <file>', '.npy [N, T, 128]')
      .option('--frames <file>', '.npy [N, 3, H, W]')
      .addOption(new Option('--mode <mode>').choices(classifierModes).default('multimodal'))
      .requiredOption('--out <file>', '.npy to write'),
    terminal,
    async (options) => {
      if (options.fbank === undefined && options.frames === undefined)
        throw new EngineError('BAD_INPUT', 'give --fbank, --frames or both', { field: 'fbank' });
      const [fbank, frames] = [
        options.fbank === undefined ? null : await readNpy(options.fbank),
        options.frames === undefined ? null : await readNpy(options.frames),
      ];
      const model = await pathOf(options);
      const { data, shape } = await withWorker<ComputeHandlers, Awaited<ReturnType<ComputeHandlers['logits']>>>(
        'compute',
        ({ calls }) => calls.logits({ model, fbank, frames, mode: options.mode }),
      );
      const file = await writeNpy(options.out, data, shape);
      return { document: { shape, files: [file] }, text: `${file} [${shape.join(', ')}]` };
    },
  );
}
