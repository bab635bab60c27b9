// cavmae export: embeddings, predictions, labels, checkpoints and graphs, out of the workspace.
import { Option, type Command } from 'commander';
import path from 'node:path';
import { classifierModes } from '../../../shared/contract/modes.ts';
import { labelFormat } from '../../../shared/contract/annotation.ts';
import type { Space } from '../../../shared/contract/model.ts';
import { inspectCheckpoint } from '../../../engine/procedures/models/checkpointFiles.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Answer, type Terminal } from '../command.ts';
import { classifierOf, modelOf, schemaOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import type { Session } from '../session.ts';

const whats = ['embeddings', 'predictions', 'labels', 'checkpoint', 'onnx'] as const;
interface ExportOptions {
  out: string;
  mode?: (typeof classifierModes)[number];
  format?: string;
  model?: string;
  classifier?: string;
  schema?: string;
  space?: Space[];
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

export function addExportCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('export')
    .description('NumPy, Parquet, CSV, JSONL, FiftyOne JSON, reference JSON, safetensors, ONNX');
  for (const what of whats) {
    session<ExportOptions, []>(
      group
        .command(what)
        .requiredOption('--out <path>', 'file or folder to write')
        .option('--format <format>', 'where the name of the file does not tell it')
        .option('--model <model>', 'catalogue id or checkpoint file')
        .option('--classifier <classifier>', 'number or name')
        .option('--schema <name>')
        .addOption(new Option('--mode <mode>', "of a classifier's ONNX graph").choices(classifierModes))
        .addOption(new Option('--space <space...>').choices(['joint', 'audio', 'visual'])),
      terminal,
      {
        writes: what === 'embeddings',
        run: (opened, options) => exported(opened, terminal, what, options),
      },
    );
  }
}
