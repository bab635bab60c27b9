// cavmae models: the catalogue.
import type { Command } from 'commander';
import path from 'node:path';
import { session, type Answer, type Terminal } from '../command.ts';
import { modelOf, schemaOf } from '../resolve.ts';
import { runJob } from '../runJob.ts';
import { integer, number } from '../optionTypes.ts';
import { table } from '../table.ts';
import type { Model } from '../../../shared/contract/model.ts';
import type { ModelComparison } from '../../../shared/contract/modelComparison.ts';
import { clipPaths } from '../clipPaths.ts';
import { percentText } from '../../../shared/percentText.ts';

const listed = (models: readonly Model[]): Answer => ({
  document: models,
  text: table(
    ['', 'id', 'state', 'clips', 'variant', 'MB', 'licence', 'name'],
    models.map((model) => [
      model.current ? '*' : '',
      model.id,
      model.state,
      model.clips,
      model.variant,
      model.sizeBytes === null ? null : Math.round(model.sizeBytes / 1e6),
      model.licence,
      model.name,
    ]),
  ),
});

export function addModelsCommands(program: Command, terminal: Terminal): void {
  const models = program.command('models').description('the catalogue: shipped, official, own');
  session<object, []>(
    models.command('list').description('what there is, with licence, state and clips embedded'),
    terminal,
    {
      writes: false,
      run: async ({ client }) => listed(await client.models.list({})),
    },
  );
  session<object, [string]>(
    models
      .command('use')
      .description('make a model the current one: imports, embed, project and the window follow it')
      .argument('<model>', 'catalogue id or checkpoint file'),
    terminal,
    {
      writes: true,
      async run(opened, _, name) {
        const { model, embedded, missing } = await opened.client.models.use({ modelId: await modelOf(opened, name) });
        return {
          document: { model, embedded, missing },
          text: `${model} is the current model; ${embedded} clips are embedded with it${missing > 0 ? `, ${missing} are not yet (cavmae embed)` : ''}`,
        };
      },
    },
  );
  session<object, [string]>(
    models.command('download').description('fetch an official checkpoint from its authors').argument('<model>'),
    terminal,
    {
      writes: true,
      async run(opened, _, modelId) {
        const { jobId } = await opened.client.models.download({ modelId });
        const { failed } = await runJob(opened, terminal, jobId);
        return { ...listed((await opened.client.models.list({})).filter((model) => model.id === modelId)), failed };
      },
    },
  );
  addCompareCommand(models, terminal);
  addFileCommands(models, terminal);
}

const share = (value: number | null | undefined): string | null => (value == null ? null : value.toFixed(4));

/** One row per figure, one column per model. */
function comparisonText({ models: [one, other], ...rest }: ModelComparison): string {
  const rows = [
    ...(['a2v', 'v2a'] as const).flatMap((direction) =>
      (['r1', 'r5', 'r10'] as const).map((score) => [
        `${direction === 'a2v' ? 'sound to picture' : 'picture to sound'}, R@${score.slice(1)}`,
        share(one.retrieval?.[direction][score]),
        share(other.retrieval?.[direction][score]),
      ]),
    ),
    ['head, accuracy', share(one.accuracy), share(other.accuracy)],
    ['head, mAP', share(one.mAP), share(other.mAP)],
  ];
  return [
    `${rest.clips} clips; of the ${rest.neighbours} nearest neighbours ${percentText(rest.shared, 1)} are the same`,
    table(['', one.modelId, other.modelId], rows),
    ...(rest.headReason ? [`No heads were compared: ${rest.headReason}.`] : []),
  ].join('\n');
}

function addCompareCommand(models: Command, terminal: Terminal): void {
  session<{ k: number; schema?: string }, [string, string]>(
    models
      .command('compare')
      .description('two models that embedded this workspace: shared neighbours, retrieval, heads on the same labels')
      .argument('<model>')
      .argument('<other>')
      .option('-k, --k <n>', 'nearest neighbours compared per clip', integer(1, 50), 10)
      .option('--schema <schema>', 'whose labels heads are compared on (default: the one with most labelled clips)'),
    terminal,
    {
      writes: true,
      async run(opened, { k, schema }, name, otherName) {
        const { jobId } = await opened.client.models.compare({
          modelId: await modelOf(opened, name),
          otherId: await modelOf(opened, otherName),
          k,
          ...(schema !== undefined && { schemaId: (await schemaOf(opened.client, schema)).id }),
        });
        const { result, failed } = await runJob<ModelComparison>(opened, terminal, jobId);
        const paths = clipPaths(
          opened,
          result.least.map(({ clipId }) => clipId),
        );
        const least = result.least.map((one) => ({ ...one, path: paths.get(one.clipId) ?? '' }));
        return { document: { ...result, least }, failed, text: comparisonText(result) };
      },
    },
  );
}

/** What changes the files and names of the catalogue. */
function addFileCommands(models: Command, terminal: Terminal): void {
  session<{ name?: string; window?: number }, [string]>(
    models
      .command('add')
      .description('add a checkpoint file')
      .argument('<file>', '.safetensors or .pth')
      .option('--name <name>')
      .option('--window <s>', 'for clips of so many seconds: positions are resampled on their grid', number(0)),
    terminal,
    {
      writes: true,
      run: async ({ client }, options, file) =>
        listed([
          await client.models.add({
            path: path.resolve(file),
            ...(options.name ? { name: options.name } : {}),
            ...(options.window !== undefined && { windowS: options.window }),
          }),
        ]),
    },
  );
  session<object, [string, string]>(
    models.command('rename').description('rename a model of your own').argument('<model>').argument('<name>'),
    terminal,
    {
      writes: true,
      run: async ({ client }, _, modelId, name) => listed([await client.models.rename({ modelId, name })]),
    },
  );
  session<{ embeddings?: true }, [string]>(
    models
      .command('remove')
      .description('remove the file of a model that was added or downloaded')
      .argument('<model>')
      .option('--embeddings', 'also what was computed with it: embeddings, maps, clusters, scores'),
    terminal,
    {
      writes: true,
      async run({ client }, options, modelId) {
        await client.models.remove({ modelId, embeddings: options.embeddings ?? false });
        return listed(await client.models.list({}));
      },
    },
  );
}
