// cavmae reconstruct: originals, masked, reconstructions and errors of a clip or file, as arrays, pictures, a figure and an animation.
// cavmae gallery: the same for many clips on one page.
import { Option, type Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFigure } from '../../../engine/figures/figureFile.ts';
import { writeReconstruction } from '../../../engine/figures/reconstructionFiles.ts';
import { maskingText } from '../../../engine/procedures/inspection/pictured.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { FigureModel } from '../../../shared/figures/figurePlan.ts';
import { sideOf, type SideArrays } from '../../../shared/figures/reconstructionSide.ts';
import { decodeSafetensors, type Tensor } from '../../../shared/wire/safetensors.ts';
import { session, type Terminal } from '../command.ts';
import { integer, number } from '../optionTypes.ts';
import { clipOf, clipOrFile, modelOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import { whereFilter } from '../whereFilter.ts';
import type { Session } from '../session.ts';

interface MaskOptions {
  mask: 'random' | 'time' | 'freq' | 'tf';
  ratioAudio: number;
  ratioVisual: number;
  seed: number;
  frame: number;
  model?: string;
}
interface ReconstructOptions extends MaskOptions {
  compare?: string;
  animate?: 'webp' | 'gif';
  steps: number;
  hide: 'both' | 'sound' | 'picture';
  figure: boolean;
  out: string;
}

const withMask = (command: Command): Command =>
  command
    .addOption(
      new Option('--mask <mode>', 'how patches of the sound are chosen')
        .choices(['random', 'time', 'freq', 'tf'])
        .default('random'),
    )
    .option('--ratio-audio <r>', 'hidden share of the sound', number(0, 1), 0.75)
    .option('--ratio-visual <r>', 'hidden share of the picture', number(0, 1), 0.75)
    .option('--seed <n>', 'of the mask', integer(0), 0)
    .option('--frame <k>', 'which of the ten frames', integer(0, 9), 5)
    .option('--model <model>', 'catalogue id or checkpoint file (default: the current model)');

const maskOf = ({ mask, ratioAudio, ratioVisual, seed }: MaskOptions) => ({
  mode: mask === 'random' ? ('unstructured' as const) : mask,
  ratioA: ratioAudio,
  ratioV: ratioVisual,
  seed,
});

function arraysOf(tensors: Record<string, Tensor>, stream: 'A' | 'V', loss: number | null): SideArrays | null {
  const [original, prediction, mask, error] = ['original', 'pred', 'mask', 'error'].map(
    (name) => tensors[`${name}${stream}`]?.data,
  );
  if (!original || !prediction || !mask || !error) return null;
  return {
    original: Float32Array.from(original),
    prediction: Float32Array.from(prediction),
    mask: Float32Array.from(mask),
    error: Float32Array.from(error),
    loss,
  };
}

function shelved({ engine }: Session, dataUrl: string): Uint8Array {
  const bytes = engine.data.get(decodeURIComponent(dataUrl.slice('/data/'.length)));
  if (!bytes) throw new EngineError('INTERNAL', 'the answer was dropped before it could be read');
  return bytes;
}

async function reconstructed(opened: Session, request: Parameters<Session['client']['inspect']['reconstruct']>[0]) {
  const { dataUrl, lossA, lossV, perPatchStatistics, modelId } = await opened.client.inspect.reconstruct(request);
  const { tensors } = decodeSafetensors(shelved(opened, dataUrl));
  return {
    audio: arraysOf(tensors, 'A', lossA),
    frame: arraysOf(tensors, 'V', lossV),
    lossA,
    lossV,
    perPatchStatistics,
    modelId,
  };
}
type Answer = Awaited<ReturnType<typeof reconstructed>>;

const figureModel = (name: string, { audio, frame, perPatchStatistics }: Answer): FigureModel => ({
  name,
  pictured: { A: audio && sideOf('A', audio), V: frame && sideOf('V', frame), perPatchStatistics },
});
const lossesOf = ({ lossA, lossV }: Answer): string =>
  `loss of the sound ${lossA?.toFixed(4) ?? 'none'}, of the picture ${lossV?.toFixed(4) ?? 'none'}`;
const writeParts = async (folder: string, { audio, frame }: Answer): Promise<string[]> => [
  ...(audio ? await writeReconstruction(folder, 'audio', audio) : []),
  ...(frame ? await writeReconstruction(folder, 'frame', frame) : []),
];

function addReconstruct(program: Command, terminal: Terminal): void {
  session<ReconstructOptions, [string]>(
    withMask(
      program
        .command('reconstruct')
        .description('hide patches of a clip or file and see what the model makes of them')
        .argument('<clip|file>'),
    )
      .option('--compare <model>', 'a second model on the same clip and mask, into <out>/compared')
      .addOption(
        new Option('--animate <format>', 'also the mask growing from nothing, as an animated picture').choices([
          'webp',
          'gif',
        ]),
      )
      .option('--steps <n>', 'frames of the animation', integer(2, 60), 20)
      .addOption(
        new Option('--hide <what>', 'what the animation hides').choices(['both', 'sound', 'picture']).default('both'),
      )
      .option('--no-figure', 'no figure.svg and figure.png')
      .requiredOption('--out <dir>', 'folder to write'),
    terminal,
    {
      writes: true,
      async run(opened, options, name) {
        const { client } = opened;
        const query = await clipOrFile(opened, name);
        const subject = 'clip' in query ? { clipId: query.clip.id } : { file: query.file };
        const [mask, { frame }] = [maskOf(options), options];
        const ids = [
          await modelOf(opened, options.model),
          ...(options.compare === undefined ? [] : [await modelOf(opened, options.compare)]),
        ];
        const [parts, other] = (await Promise.all(
          ids.map((modelId) => reconstructed(opened, { ...subject, modelId, frame, mask })),
        )) as [Answer, Answer | undefined];
        const out = path.resolve(options.out);
        const files = await writeParts(out, parts);
        if (other) files.push(...(await writeParts(path.join(out, 'compared'), other)));
        if (options.figure && (parts.audio || parts.frame)) {
          const models = await client.models.list({});
          const named = (modelId: string): string => models.find(({ id }) => id === modelId)?.name ?? modelId;
          files.push(
            ...(await writeFigure(
              out,
              [figureModel(named(ids[0]!), parts), ...(other ? [figureModel(named(ids[1]!), other)] : [])],
              {
                clip: path.basename('clip' in query ? query.clip.name : query.file),
                frame,
                masking: maskingText(mask),
              },
            )),
          );
        }
        if (options.animate) {
          const animation = await client.inspect.animation({
            ...subject,
            modelId: ids[0]!,
            frame,
            mode: mask.mode,
            hide: options.hide,
            seed: mask.seed,
            steps: options.steps,
            format: options.animate,
          });
          files.push(path.join(out, `mask-sweep.${options.animate}`));
          await writeFile(files.at(-1)!, shelved(opened, animation.dataUrl));
        }
        const document = {
          files,
          lossAudio: parts.lossA,
          lossVisual: parts.lossV,
          perPatchStatistics: parts.perPatchStatistics,
          ...(other
            ? {
                compared: {
                  model: ids[1]!,
                  lossAudio: other.lossA,
                  lossVisual: other.lossV,
                  perPatchStatistics: other.perPatchStatistics,
                },
              }
            : {}),
        };
        const text = [
          lossesOf(parts),
          ...(other ? [`compared: ${lossesOf(other)}`] : []),
          ...(parts.perPatchStatistics
            ? ['The model predicts normalised patches: each is painted with its own mean and spread.']
            : []),
          ...files,
        ];
        return { document, text: text.join('\n') };
      },
    },
  );
}

function addGallery(program: Command, terminal: Terminal): void {
  session<MaskOptions & { where?: string; limit: number; out: string }, [string[]]>(
    withMask(
      program
        .command('gallery')
        .description('reconstructions of many clips on one HTML page that needs nothing else')
        .argument('[clips...]', 'clips by number, path or name; without any, those of --where'),
    )
      .option('--where <expr>', 'for example: label=dog and duration>3')
      .option('--limit <n>', 'at most so many', integer(1, 500), 50)
      .requiredOption('--out <file>', 'the .html file to write'),
    terminal,
    {
      writes: true,
      async run(opened, options, names) {
        const { client } = opened;
        const named = await Promise.all(names.map((name) => clipOf(opened, name)));
        const found =
          names.length > 0
            ? named
            : (
                await client.clips.list({
                  filter: await whereFilter(client, options.where),
                  limit: options.limit,
                })
              ).rows;
        if (found.length === 0)
          throw new EngineError('BAD_INPUT', 'no clip to show', { hint: 'cavmae clips lists them.' });
        const modelId = await modelOf(opened, options.model);
        const { jobId } = await client.inspect.gallery({
          clipIds: found.map(({ id }) => id),
          modelId,
          frame: options.frame,
          mask: maskOf(options),
          path: path.resolve(options.out),
        });
        const {
          result: { clips, file },
          failed,
        } = await runJob<{ clips: number; file: string }>(opened, terminal, jobId);
        return {
          document: { clips, files: [file], failed },
          failed,
          text: `${clips} clip${clips === 1 ? '' : 's'}\n${file}`,
        };
      },
    },
  );
}

export function addReconstructCommand(program: Command, terminal: Terminal): void {
  addReconstruct(program, terminal);
  addGallery(program, terminal);
}
