// cavmae fbank, frames: what the model sees of a file; of another length or size where a model of other sizes is meant.
import type { Command } from 'commander';
import { readClassifierFolder } from '../../../engine/procedures/classifiers/classifierFolder.ts';
import { preprocessFile, required, fbankSeconds } from '../../../engine/procedures/inputs/preprocessFile.ts';
import type { MediaHandlers } from '../../../engine/workers/media.ts';
import { plain, type Terminal } from '../command.ts';
import { writeNpy } from '../npyFile.ts';
import { integer, number } from '../optionTypes.ts';
import { withWorker } from '../worker.ts';

interface FbankOptions {
  out: string;
  raw?: boolean;
  start: number;
  seconds?: number;
  ownRate?: boolean;
  length: number;
  classifier?: string;
}
interface FramesOptions {
  out: string;
  start: number;
  size: number;
  classifier?: string;
}

const forClassifier = [
  '--classifier <folder>',
  'as this exported classifier gets a clip: ten seconds, in the sizes of its model',
] as const;
const clipSeconds = 10;

/** The sizes an exported classifier takes; those of the options without one. */
async function sizesFor(folder: string | undefined): Promise<{ audioLength: number; imgSize: number } | null> {
  if (folder === undefined) return null;
  const { audioLength = 1024, imgSize = 224 } = (await readClassifierFolder(folder)).config as {
    audioLength?: number;
    imgSize?: number;
  };
  return { audioLength, imgSize };
}

export function addPreprocessCommands(program: Command, terminal: Terminal): void {
  plain<FbankOptions, [string]>(
    program
      .command('fbank')
      .description('the [1024, 128] log-mel fbank of a file, normalised')
      .argument('<file>')
      .requiredOption('--out <file>', '.npy to write')
      .option('--raw', 'not normalised')
      .option('--start <seconds>', 'where the sound begins', number(0), 0)
      .option(
        '--seconds <s>',
        'how much of it; the default fills all frames, a clip of the collection has 10 seconds',
        number(0.025, 3600),
      )
      .option('--length <frames>', 'frames of the fbank: cut there, or padded', integer(1, 100_000), 1024)
      .option(...forClassifier)
      .option(
        '--own-rate',
        "at the file's own sample rate, as the reference's loader takes it (default: resampled to 16 kHz)",
      ),
    terminal,
    async (options, file) =>
      withWorker<MediaHandlers, ReturnType<typeof answer>>('media', async (media) => {
        const sizes = await sizesFor(options.classifier);
        const length = sizes?.audioLength ?? options.length;
        const { fbank, badges } = await preprocessFile(media, file, {
          startS: options.start,
          windowS: options.seconds ?? (sizes ? clipSeconds : fbankSeconds(length)),
          length,
          ownRate: options.ownRate ?? false,
        });
        const sound = required(fbank, 'sound', file);
        const shape = [length, 128];
        return answer(await writeNpy(options.out, options.raw ? sound.raw : sound.normalised, shape), shape, badges);
      }),
  );
  plain<FramesOptions, [string]>(
    program
      .command('frames')
      .description('the [10, 3, 224, 224] normalised frames of a file')
      .argument('<file>')
      .requiredOption('--out <file>', '.npy to write')
      .option('--start <seconds>', 'where the ten seconds begin', number(0), 0)
      .option('--size <pixels>', 'side of the square frames', integer(1, 4096), 224)
      .option(...forClassifier),
    terminal,
    async (options, file) =>
      withWorker<MediaHandlers, ReturnType<typeof answer>>('media', async (media) => {
        const sizes = await sizesFor(options.classifier);
        const size = sizes?.imgSize ?? options.size;
        const { frames, badges } = await preprocessFile(media, file, {
          startS: options.start,
          ...(sizes ? { refitTo: size } : { size }),
        });
        const pictures = required(frames, 'picture', file);
        const shape = [pictures.length / (3 * size ** 2), 3, size, size];
        return answer(await writeNpy(options.out, pictures, shape), shape, badges);
      }),
  );
}

const answer = (file: string, shape: number[], badges: string[]) => ({
  document: { shape, badges, files: [file] },
  text: `${file} [${shape.join(', ')}]${badges.length > 0 ? ` ${badges.join(' ')}` : ''}`,
});
