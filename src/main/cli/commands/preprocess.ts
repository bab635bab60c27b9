// cavmae fbank, frames: what the model sees of a file.
import type { Command } from 'commander';
import { preprocessFile, required } from '../../../engine/procedures/preprocessFile.ts';
import type { MediaHandlers } from '../../../engine/workers/media.ts';
import { plain, type Terminal } from '../command.ts';
import { writeNpy } from '../npyFile.ts';
import { number } from '../optionTypes.ts';
import { withWorker } from '../worker.ts';

interface PreprocessOptions { out: string; raw?: boolean; start: number }

export function addPreprocessCommands(program: Command, terminal: Terminal): void {
  plain<PreprocessOptions, [string]>(program.command('fbank').description('the [1024, 128] log-mel fbank of a file, normalised').argument('<file>').requiredOption('--out <file>', '.npy to write')
    .option('--raw', 'not normalised').option('--start <seconds>', 'where the ten seconds begin', number(0), 0), terminal, async (options, file) => withWorker<MediaHandlers, ReturnType<typeof answer>>('media', async (media) => {
    const { fbank, badges } = await preprocessFile(media, file, options.start);
    const sound = required(fbank, 'sound', file);
    const shape = [1024, 128];
    return answer(await writeNpy(options.out, options.raw ? sound.raw : sound.normalised, shape), shape, badges);
  }));
  plain<PreprocessOptions, [string]>(program.command('frames').description('the [10, 3, 224, 224] normalised frames of a file').argument('<file>').requiredOption('--out <file>', '.npy to write')
    .option('--start <seconds>', 'where the ten seconds begin', number(0), 0), terminal, async (options, file) => withWorker<MediaHandlers, ReturnType<typeof answer>>('media', async (media) => {
    const { frames, badges } = await preprocessFile(media, file, options.start);
    const pictures = required(frames, 'picture', file);
    const shape = [pictures.length / (3 * 224 * 224), 3, 224, 224];
    return answer(await writeNpy(options.out, pictures, shape), shape, badges);
  }));
}

const answer = (file: string, shape: number[], badges: string[]) => ({ document: { shape, badges, files: [file] }, text: `${file} [${shape.join(', ')}]${badges.length > 0 ? ` ${badges.join(' ')}` : ''}` });
