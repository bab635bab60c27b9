// cavmae import embeddings: what workers computed, out of a store into a workspace.
import type { Command } from 'commander';
import type { JobResult } from '../../../../shared/contract/jobKinds.ts';
import { session, type Terminal } from '../../command.ts';
import { runJob } from '../../runJob.ts';

export function addImportEmbeddingsCommand(importing: Command, terminal: Terminal): void {
  session<{ where?: string }, [string]>(
    importing
      .command('embeddings')
      .description('bring embeddings of a store, with their clips, into the workspace')
      .argument('<url>', 's3://bucket/prefix?endpoint=… or file:///folder, or one set in it: …/sets/ID')
      .option('--where <expression>', 'only some clips: path~birds/ and duration>3 and not badge=silent'),
    terminal,
    {
      writes: true,
      async run(opened, { where }, url) {
        const { jobId } = await opened.client.distribution.import({ url, ...(where !== undefined && { where }) });
        const { result, failed } = await runJob<JobResult<'importEmbeddings'>>(opened, terminal, jobId);
        return {
          document: { ...result, failed },
          failed,
          text: `${result.added} clips added, ${result.embedded} embeddings of ${result.model} imported from ${result.parts} parts`,
        };
      },
    },
  );
}
