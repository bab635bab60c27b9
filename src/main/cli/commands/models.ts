// cavmae models: the catalogue.
import type { Command } from 'commander';
import path from 'node:path';
import { session, type Answer, type Terminal } from '../command.ts';
import { runJob } from '../runJob.ts';
import { table } from '../table.ts';
import type { Model } from '../../../shared/contract/model.ts';

const listed = (models: readonly Model[]): Answer => ({
  document: models,
  text: table(
    ['id', 'state', 'variant', 'MB', 'licence', 'name'],
    models.map((model) => [
      model.id,
      model.state,
      model.variant,
      model.sizeBytes === null ? null : Math.round(model.sizeBytes / 1e6),
      model.licence,
      model.name,
    ]),
  ),
});

export function addModelsCommands(program: Command, terminal: Terminal): void {
  const models = program.command('models').description('the catalogue: shipped, official, own');
  session<object, []>(models.command('list').description('what there is, with licence and state'), terminal, {
    writes: false,
    run: async ({ client }) => listed(await client.models.list({})),
  });
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
  session<{ name?: string }, [string]>(
    models
      .command('add')
      .description('add a checkpoint file')
      .argument('<file>', '.safetensors or .pth')
      .option('--name <name>'),
    terminal,
    {
      writes: true,
      run: async ({ client }, options, file) =>
        listed([
          await client.models.add({ path: path.resolve(file), ...(options.name ? { name: options.name } : {}) }),
        ]),
    },
  );
  session<object, [string]>(
    models.command('remove').description('remove a model of your own').argument('<model>'),
    terminal,
    {
      writes: true,
      async run({ client }, _, modelId) {
        await client.models.remove({ modelId });
        return listed(await client.models.list({}));
      },
    },
  );
}
