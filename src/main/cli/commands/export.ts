// cavmae export: embeddings, predictions, labels, checkpoints and graphs, out of the workspace.
import { Option, type Command } from 'commander';
import path from 'node:path';
import { labelFormat } from '../../../shared/contract/annotation.ts';
import { datasetLayout, type DatasetLayout } from '../../../shared/contract/dataset.ts';
import type { Space } from '../../../shared/contract/model.ts';
import { inspectCheckpoint } from '../../../engine/procedures/models/checkpointFiles.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Answer, type Terminal } from '../command.ts';
import { classifierOf, modelOf, schemaOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Session } from '../session.ts';
import { whereFilter } from '../whereFilter.ts';

const whats = ['embeddings', 'predictions', 'labels', 'checkpoint', 'onnx'] as const;
const modes = ['multimodal', 'audioonly', 'videoonly', 'missingaudioonly', 'missingvideoonly'] as const;
interface ExportOptions {
  out: string;
  mode?: (typeof modes)[number];
  format?: string;
  model?: string;
  classifier?: string;
  schema?: string;
  space?: Space[];
  where?: string;
}

const answer = (files: readonly string[]): Answer => ({ document: { files }, text: files.join('\n') });

/** The format asked for, else the one the file's name tells, else the usual one. @throws BAD_INPUT for another */
function formatOf<T extends string>(options: ExportOptions, known: readonly T[], usual: T): T {
  const told = options.format ?? path.extname(options.out).slice(1).toLowerCase();
  const found = known.find((one) => one === told);
  if (found) return found;
  if (options.format !== undefined)
    throw new EngineError('BAD_INPUT', `format ${options.format} is not known here; there are ${known.join(', ')}`, {
      field: 'format',
    });
  return usual;
}

/** The clips of a `--where` expression. @throws BAD_INPUT where none matches */
async function onlyClips({ client }: Session, where: string | undefined): Promise<{ clipIds?: number[] }> {
  if (where === undefined) return {};
  const { clipIds } = await client.clips.ids({ filter: await whereFilter(client, where) });
  if (clipIds.length === 0) throw new EngineError('BAD_INPUT', 'no clip matches --where', { field: 'where' });
  return { clipIds: [...clipIds] };
}

/** Whether a model of the catalogue is a finetuned checkpoint. */
async function hasClassifier({ client }: Session, modelId: string): Promise<boolean> {
  const path = (await client.models.list({})).find((model) => model.id === modelId)?.path;
  return path ? (await inspectCheckpoint(path)).kind === 'cavmaeft' : false;
}

/** The classifier of a finetuned checkpoint, else the encoder, unless the format says otherwise. */
async function exportedGraph(opened: Session, path: string, options: ExportOptions): Promise<string[]> {
  const modelId = await modelOf(opened, options.model);
  const usual = (await hasClassifier(opened, modelId)) ? 'onnx-classifier' : 'onnx-encoder';
  const format = formatOf(options, ['onnx-encoder', 'onnx-autoencoder', 'onnx-classifier'], usual);
  return (await opened.client.models.export({ modelId, path, format, ...(options.mode ? { mode: options.mode } : {}) }))
    .files;
}

async function exported(
  opened: Session,
  terminal: Terminal,
  what: (typeof whats)[number],
  options: ExportOptions,
): Promise<Answer> {
  const { client } = opened;
  const out = path.resolve(options.out);
  const classifier = async () => (await classifierOf(client, options.classifier)).id;
  switch (what) {
    case 'embeddings': {
      const { jobId } = await client.embeddings.export({
        path: out,
        format: formatOf(options, ['npy', 'parquet'], 'npy'),
        ...(options.space ? { spaces: options.space } : {}),
        ...(await onlyClips(opened, options.where)),
      });
      return answer((await runJob<{ files: string[] }>(opened, terminal, jobId)).result.files);
    }
    case 'predictions':
      return answer(
        (
          await client.classifiers.exportPredictions({
            classifierId: await classifier(),
            path: out,
            format: formatOf(options, ['csv', 'jsonl', 'parquet'], 'csv'),
            ...(await onlyClips(opened, options.where)),
          })
        ).files,
      );
    case 'labels':
      return answer(
        (
          await client.annotations.export({
            path: out,
            format: formatOf(options, labelFormat.options, 'csv'),
            ...(options.schema ? { schemaId: (await schemaOf(client, options.schema)).id } : {}),
            ...(await onlyClips(opened, options.where)),
          })
        ).files,
      );
    case 'checkpoint':
      if (options.classifier !== undefined)
        return answer(
          (
            await client.classifiers.export({
              classifierId: await classifier(),
              path: out,
              format: formatOf(options, ['safetensors', 'pth', 'folder', 'card'], 'safetensors'),
            })
          ).files,
        );
      return answer(
        (
          await client.models.export({
            modelId: await modelOf(opened, options.model),
            path: out,
            format: formatOf(options, ['safetensors', 'pth'], 'safetensors'),
          })
        ).files,
      );
    case 'onnx':
      if (options.classifier !== undefined)
        return answer(
          (await client.classifiers.export({ classifierId: await classifier(), path: out, format: 'onnx' })).files,
        );
      return answer(await exportedGraph(opened, out, options));
  }
}

interface DatasetOptions {
  out: string;
  layout: DatasetLayout;
  where?: string;
  view?: string;
}

/** A saved view by number or name. @throws NOT_FOUND */
async function viewOf({ client }: Session, name: string): Promise<number> {
  const views = await client.views.list({});
  const found = views.find((view) => view.name.toLowerCase() === name.toLowerCase() || String(view.id) === name);
  if (found) return found.id;
  throw new EngineError('NOT_FOUND', `there is no saved view ${name}`, {
    field: 'view',
    hint: views.length === 0 ? 'There are none yet.' : `There are: ${views.map((view) => view.name).join(', ')}.`,
  });
}

function addDatasetCommand(group: Command, terminal: Terminal): void {
  session<DatasetOptions, []>(
    group
      .command('dataset')
      .description('everything of a subset: clips, labels, events, embeddings, predictions, metadata, and media')
      .requiredOption('--out <folder>', 'a new folder')
      .addOption(
        new Option('--layout <layout>', 'tables alone, Hugging Face folders, or WebDataset shards')
          .choices(datasetLayout.options)
          .default('tables'),
      )
      .option('--where <expression>', 'only clips that match, as in cavmae clips')
      .option('--view <name>', 'the clips of a saved view'),
    terminal,
    {
      writes: true,
      async run(opened, { out, layout, where, view }) {
        const { client } = opened;
        const { jobId } = await client.datasets.export({
          path: path.resolve(out),
          layout,
          ...(where === undefined ? {} : { filter: await whereFilter(client, where), scope: where }),
          ...(view === undefined ? {} : { viewId: await viewOf(opened, view) }),
        });
        const { result, failed } = await runJob<{ files: string[]; clips: number }>(opened, terminal, jobId);
        return {
          document: { ...result, failed },
          text: `Wrote ${result.files.length} files of ${result.clips} clips to ${path.resolve(out)}`,
          failed,
        };
      },
    },
  );
}

export function addExportCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('export')
    .description('NumPy, Parquet, CSV, JSONL, FiftyOne JSON, reference JSON, safetensors, ONNX');
  addDatasetCommand(group, terminal);
  for (const what of whats) {
    session<ExportOptions, []>(
      group
        .command(what)
        .requiredOption('--out <path>', 'file or folder to write')
        .option('--format <format>', 'where the name of the file does not tell it')
        .option('--model <model>', 'catalogue id or checkpoint file')
        .option('--classifier <classifier>', 'number or name')
        .option('--schema <name>')
        .option('--where <expression>', 'only clips that match, for embeddings, predictions and labels')
        .addOption(new Option('--mode <mode>', "of a classifier's ONNX graph").choices(modes))
        .addOption(new Option('--space <space...>').choices(['joint', 'audio', 'visual'])),
      terminal,
      {
        writes: what === 'embeddings',
        run: (opened, options) => exported(opened, terminal, what, options),
      },
    );
  }
}
