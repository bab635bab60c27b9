// cavmae import, demo: media into the collection.
import type { Command } from 'commander';
import path from 'node:path';
import { session, type Terminal } from '../command.ts';
import { number } from '../optionTypes.ts';
import { runJob, runJobAndFollowers } from '../runJob.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';

interface ImportOptions { window: number; hop?: number; labels?: string; folderLabels?: boolean }
interface ImportResult { added: number; known: number; changed: number; failed: ItemFailure[]; clips: number }

export function addCollectionCommands(program: Command, terminal: Terminal): void {
  session<ImportOptions, [string[]]>(program.command('import').description('add videos, sounds and pictures, or folders of them, as clips').argument('<path...>', 'files and folders')
    .option('--window <seconds>', 'length of a clip', number(1, 60), 10).option('--hop <seconds>', 'from one clip of a long file to the next; default: the window', number(0.5, 60))
    .option('--labels <file>', 'labels of the files (CSV, JSONL, the reference\'s JSON, …)').option('--folder-labels', 'label each clip with the name of its folder'), terminal, {
    writes: true,
    async run(opened, options, paths) {
      const { jobId } = await opened.client.collection.import({
        paths: paths.map((one) => path.resolve(one)), windowS: options.window, hopS: options.hop ?? options.window, folderLabels: options.folderLabels ?? false, embed: false,
        ...(options.labels ? { labels: path.resolve(options.labels) } : {}),
      });
      const { result, failed } = await runJob<ImportResult>(opened, terminal, jobId);
      return { document: { ...result, failed }, failed, text: `${result.added} added, ${result.known} already known, ${result.changed} changed, ${failed.length} failed; ${result.clips} clips` };
    },
  });
  session<object, []>(program.command('demo').description('create the demo collection with embeddings and map'), terminal, {
    writes: true,
    async run(opened) {
      const { jobId } = await opened.client.collection.demo({});
      const { result, failed } = await runJobAndFollowers<Record<string, unknown>>(opened, terminal, jobId);
      const summary = await opened.client.collection.summary({});
      return { document: { ...result, clips: summary.clips, embedded: summary.embedded }, failed, text: `${summary.clips} clips, ${summary.embedded} embedded` };
    },
  });
}
