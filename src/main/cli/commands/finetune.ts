// cavmae finetune, predict, evaluate: classifiers.
import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { finetuneModes } from '../../../shared/contract/modes.ts';
import type { Classifier, Metrics } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Answer, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { classifierOf, modelOf, schemaOf } from '../resolve.ts';
import { runJob, runJobAndFollowers } from '../runJob.ts';
import type { Client, Session } from '../session.ts';
import { table } from '../table.ts';
import { percentText } from '../../../shared/percentText.ts';

interface FinetuneOptions {
  schema?: string;
  mode: Classifier['mode'];
  depth: Classifier['depth'];
  preset?: string;
  seed: number;
  model?: string;
  name?: string;
  epochs?: number;
  testShare?: number;
  holdOut?: 'recording' | 'time';
  predict?: boolean;
}

const percent = (value: number | null): string => (value === null ? 'not measured' : percentText(value, 1));

export const metricsText = (metrics: Metrics): string =>
  [
    `${metrics.trainCount} clips to train on, ${metrics.testCount} held out`,
    `accuracy ${percent(metrics.accuracy)}   mAP ${percent(metrics.mAP)}   mAUC ${percent(metrics.mAUC)}   d′ ${metrics.dPrime?.toFixed(2) ?? 'not measured'}`,
    `audio only ${percent(metrics.attribution.audio)}   visual only ${percent(metrics.attribution.visual)}   both ${percent(metrics.attribution.both)}`,
    ...metrics.warnings.map((warning) => `! ${warning}`),
  ].join('\n');

/** The preset named, else the one that goes with the depth. */
async function presetFor(client: Client, asked: string | undefined, depth: string): Promise<string> {
  const presets = await client.finetune.presets({});
  if (asked !== undefined) {
    if (!presets.some((preset) => preset.id === asked))
      throw new EngineError('NOT_FOUND', `there is no preset ${asked}`, {
        field: 'preset',
        hint: `There are: ${presets.map((preset) => preset.id).join(', ')}`,
      });
    return asked;
  }
  return (
    (
      presets.find((preset) => preset.id === depth) ??
      presets.find((preset) => preset.values.depth === depth) ??
      presets[0]
    )?.id ?? depth
  );
}

/** Rows of predictions with their paths; every page of them. */
export async function predictionRows(opened: Session, classifier: Classifier, clipIds?: ReadonlySet<number>) {
  const names = new Map(classifier.classes.map((one) => [one.classId, one.name]));
  const rows = [];
  for (let offset = 0; ; offset += 5000) {
    const page = await opened.client.classifiers.predictions({ classifierId: classifier.id, offset, limit: 5000 });
    const wanted = page.filter((one) => !clipIds || clipIds.has(one.clipId));
    const clips = new Map(
      opened.engine.context.workspace.clips.many(wanted.map((one) => one.clipId)).map((clip) => [clip.id, clip]),
    );
    for (const { clipId, probabilities } of wanted) {
      const top = probabilities.reduce<(typeof probabilities)[number] | null>(
        (best, one) => (best && best.probability >= one.probability ? best : one),
        null,
      );
      const clip = clips.get(clipId);
      rows.push({
        clip: clipId,
        path: clip?.absolutePath ?? '',
        startS: clip?.startS ?? 0,
        endS: clip?.endS ?? 0,
        class: top ? (names.get(top.classId) ?? '') : null,
        probability: top?.probability ?? null,
        probabilities: Object.fromEntries(
          probabilities.map((one) => [names.get(one.classId) ?? String(one.classId), one.probability]),
        ),
      });
    }
    if (page.length < 5000) return rows;
  }
}

async function predictedFiles(
  { client }: Session,
  named: string | undefined,
  files: readonly string[],
): Promise<Answer> {
  const folder =
    named !== undefined && existsSync(path.join(named, 'classifier.json')) ? path.resolve(named) : undefined;
  const { rows, failed } = await client.classifiers.predictFiles({
    paths: files.map((file) => path.resolve(file)),
    ...(folder === undefined ? { classifierId: (await classifierOf(client, named)).id } : { folder }),
  });
  return {
    document: rows,
    failed,
    text: table(
      ['file', 'start', 'class', 'probability'],
      rows.map((row) => [
        row.path,
        row.startS,
        row.abstained ? `${row.predicted} (abstains)` : row.predicted,
        row.probability,
      ]),
    ),
  };
}

export function addFinetuneCommands(program: Command, terminal: Terminal): void {
  session<FinetuneOptions, []>(
    program
      .command('finetune')
      .description('train a classifier on the labelled clips')
      .option('--schema <name>', 'whose classes')
      .addOption(new Option('--mode <mode>').choices(finetuneModes).default('multimodal'))
      .addOption(new Option('--depth <depth>', 'what is trained').choices(['head', 'last', 'full']).default('head'))
      .option('--preset <preset>', 'recipe (default: the one of the depth)')
      .option('--seed <n>', 'of the random numbers', integer(0), 1)
      .option('--model <model>', 'catalogue id or checkpoint file')
      .option('--name <name>', 'of the classifier')
      .option('--epochs <n>', "instead of the preset's", integer(1, 10_000))
      .option('--test-share <share>', 'share held out', Number)
      .addOption(
        new Option('--hold-out <what>', 'whole recordings, or blocks of time where there are few').choices([
          'recording',
          'time',
        ]),
      )
      .option('--no-predict', 'do not predict the collection afterwards'),
    terminal,
    {
      writes: true,
      async run(opened, options) {
        const { client } = opened;
        const schema = await schemaOf(client, options.schema);
        const { jobId } = await client.finetune.start({
          schemaId: schema.id,
          mode: options.mode,
          depth: options.depth,
          preset: await presetFor(client, options.preset, options.depth),
          seed: options.seed,
          predict: options.predict ?? true,
          ...(options.model ? { modelId: await modelOf(opened, options.model) } : {}),
          ...(options.name ? { name: options.name } : {}),
          options: {
            ...(options.epochs ? { epochs: options.epochs } : {}),
            ...(options.testShare === undefined ? {} : { testShare: options.testShare }),
            ...(options.holdOut ? { holdOut: options.holdOut } : {}),
          },
        });
        const { result, failed } = await runJobAndFollowers<{ classifierId: number; metrics: Metrics }>(
          opened,
          terminal,
          jobId,
        );
        const classifier = await client.classifiers.get({ classifierId: result.classifierId });
        return {
          document: {
            classifier: classifier.id,
            name: classifier.name,
            metrics: classifier.metrics,
            epochs: classifier.epochs,
            failed,
          },
          failed,
          text: `classifier ${classifier.id} (${classifier.name}), ${classifier.epochs} epochs\n${metricsText(classifier.metrics)}`,
        };
      },
    },
  );
  session<{ classifier?: string; clips?: string[] }, [string[]]>(
    program
      .command('predict')
      .description('probabilities of a classifier, for the collection or for files outside of it')
      .argument('[files...]', 'files to predict without importing them')
      .option('--classifier <classifier>', 'number, name, or the folder of an exported one (default: the one in use)')
      .option('--clips <id...>', 'only these clips'),
    terminal,
    {
      writes: true,
      async run(opened, options, files) {
        if (files.length > 0) return predictedFiles(opened, options.classifier, files);
        const classifier = await classifierOf(opened.client, options.classifier);
        const clipIds = options.clips?.map(integer(1));
        const { jobId } = await opened.client.classifiers.predict({
          classifierId: classifier.id,
          ...(clipIds ? { clipIds } : {}),
        });
        const { failed } = await runJob(opened, terminal, jobId);
        const rows = await predictionRows(opened, classifier, clipIds && new Set(clipIds));
        return {
          document: rows,
          failed,
          text: table(
            ['clip', 'class', 'probability', 'path'],
            rows.map((row) => [row.clip, row.class, row.probability, row.path]),
          ),
        };
      },
    },
  );
  session<{ classifier?: string; labels?: string }, []>(
    program
      .command('evaluate')
      .description('accuracy, mAP, mAUC, d′, confusion, calibration')
      .option('--classifier <classifier>', 'number or name (default: the one in use)')
      .option('--labels <file>', 'measured against these labels'),
    terminal,
    {
      writes: false,
      async run({ client }, options) {
        const classifier = await classifierOf(client, options.classifier);
        const metrics = await client.classifiers.evaluate({
          classifierId: classifier.id,
          ...(options.labels ? { labels: path.resolve(options.labels) } : {}),
        });
        return { document: metrics, text: metricsText(metrics) };
      },
    },
  );
}
