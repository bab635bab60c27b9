// cavmae import, sources, demo: media into the collection, and the folders they come from.
import type { Command } from 'commander';
import path from 'node:path';
import { session, type Answer, type Terminal } from '../command.ts';
import { addImportEmbeddingsCommand } from './distribution/importEmbeddings.ts';
import { number } from '../optionTypes.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { runJob, runJobAndFollowers } from '../runJob.ts';
import { table } from '../table.ts';
import type { Root } from '../../../shared/contract/clip.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';

interface ImportOptions {
  window: number;
  hop?: number;
  labels?: string;
  folderLabels?: boolean;
  watch?: boolean;
}
interface ImportResult {
  added: number;
  known: number;
  changed: number;
  failed: ItemFailure[];
  clips: number;
}

const listed = (roots: readonly Root[]): Answer => ({
  document: roots,
  text:
    roots.length === 0
      ? 'No sources.'
      : table(
          ['id', 'files', 'watched', 'there', 'folder'],
          roots.map((root) => [
            root.id,
            root.mediaCount,
            root.watched ? 'yes' : '',
            root.available ? 'yes' : 'no',
            root.path,
          ]),
        ),
});

/** The source that is a folder, by its path or number. Throws NOT_FOUND with what there is. */
function sourceOf(roots: readonly Root[], given: string): Root {
  const found = roots.find((root) => String(root.id) === given || root.path === path.resolve(given));
  if (!found)
    throw new EngineError('NOT_FOUND', `${given} is no source of this workspace`, {
      path: given,
      hint: 'cavmae sources list shows them; a folder becomes one by importing it.',
    });
  return found;
}

function addSourcesCommands(program: Command, terminal: Terminal): void {
  const sources = program.command('sources').description('the folders media come from');
  session<object, []>(
    sources.command('list').description('folders, how many files they hold, and which are watched'),
    terminal,
    {
      writes: false,
      run: async ({ client }) => listed((await client.collection.summary({})).roots),
    },
  );
  for (const [name, watched, text] of [
    ['watch', true, 'import what comes or changes in a folder by itself, while the window or the server runs'],
    ['unwatch', false, 'no longer do so'],
  ] as const) {
    session<object, [string]>(
      sources.command(name).description(text).argument('<folder>', 'its path or number'),
      terminal,
      {
        writes: true,
        async run({ client }, _, given) {
          const { id } = sourceOf((await client.collection.summary({})).roots, given);
          return listed([await client.collection.watch({ rootId: id, watched })]);
        },
      },
    );
  }
  session<object, [string, string]>(
    sources
      .command('relink')
      .description('a folder was moved: say where its files are now')
      .argument('<folder>', 'its former path or number')
      .argument('<place>', 'where it is now'),
    terminal,
    {
      writes: true,
      async run({ client }, _, given, place) {
        const { id } = sourceOf((await client.collection.summary({})).roots, given);
        const result = await client.collection.relink({ rootId: id, path: path.resolve(place) });
        return { document: result, text: `${result.found} files found, ${result.missing} still missing` };
      },
    },
  );
}

export function addCollectionCommands(program: Command, terminal: Terminal): void {
  // Options after a subcommand are the subcommand's, though `import` has the same ones.
  const importing = program.command('import').enablePositionalOptions();
  addImportEmbeddingsCommand(importing, terminal);
  session<ImportOptions, [string[]]>(
    importing
      .description('add videos, sounds and pictures, or folders of them, as clips')
      .argument('<path...>', 'files and folders')
      .option('--window <seconds>', 'length of a clip', number(1, 60), 10)
      .option('--hop <seconds>', 'from one clip of a long file to the next; default: the window', number(0.5, 60))
      .option('--labels <file>', "labels of the files (CSV, JSONL, the reference's JSON, …)")
      .option('--folder-labels', 'label each clip with the name of its folder')
      .option('--watch', 'from now on the folders are watched while the window or the server runs'),
    terminal,
    {
      writes: true,
      async run(opened, options, paths) {
        const { jobId } = await opened.client.collection.import({
          paths: paths.map((one) => path.resolve(one)),
          windowS: options.window,
          hopS: options.hop ?? options.window,
          folderLabels: options.folderLabels ?? false,
          embed: false,
          watch: options.watch ?? false,
          ...(options.labels ? { labels: path.resolve(options.labels) } : {}),
        });
        const { result, failed } = await runJob<ImportResult>(opened, terminal, jobId);
        return {
          document: { ...result, failed },
          failed,
          text: `${result.added} added, ${result.known} already known, ${result.changed} changed, ${failed.length} failed; ${result.clips} clips`,
        };
      },
    },
  );
  addSourcesCommands(program, terminal);
  session<object, []>(
    program.command('demo').description('create the demo collection with embeddings and map'),
    terminal,
    {
      writes: true,
      async run(opened) {
        const { jobId } = await opened.client.collection.demo({});
        const { result, failed } = await runJobAndFollowers<Record<string, unknown>>(opened, terminal, jobId);
        const summary = await opened.client.collection.summary({});
        return {
          document: { ...result, clips: summary.clips, embedded: summary.embedded },
          failed,
          text: `${summary.clips} clips, ${summary.embedded} embedded`,
        };
      },
    },
  );
}
