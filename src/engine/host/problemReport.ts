// The text to attach to an issue: versions, backend, sizes and the end of the log, without names of people, folders
// or files.
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import type { doctorReport } from '../../shared/contract/system.ts';
import type { EngineContext } from '../procedures/engineContext.ts';
import { withoutPrivateNames } from './withoutPrivateNames.ts';

const logLines = 120;
const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** Folders of the person's own, whose names must not leave. */
export const privateFolders = ({ workspace }: Pick<EngineContext, 'workspace'>): string[] => [
  workspace.path,
  ...workspace.roots.list().map((root) => root.path),
];

function endOfLog(folder: string): string[] {
  const file = path.join(folder, 'logs', 'engine.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-logLines) : [];
}

export function problemReport(context: EngineContext, doctor: z.infer<typeof doctorReport>): string {
  const { workspace, jobs, host, readOnly } = context;
  const { media, clips, embedded, labelled, missing } = workspace.summary();
  const failed = jobs
    .list({ limit: 50 })
    .filter((job) => job.status === 'failed' || job.failures > 0)
    .slice(0, 8);
  const lines = [
    '## CAV-MAE Studio: report of a problem',
    '',
    `- host: ${host}${readOnly ? ', read-only' : ''}; processors: ${os.availableParallelism()}, memory: ${gib(os.totalmem())} (${gib(os.freemem())} free), disk: ${gib(doctor.disk.freeBytes)} free`,
    `- tensors: ${doctor.backend}${doctor.gpu ? ` on ${doctor.gpu}` : ''}: ${doctor.reason}`,
    ...(doctor.extraction ? [`- embedding: ${doctor.extraction.runtime}: ${doctor.extraction.reason}`] : []),
    `- decoder: ${doctor.decoder ?? 'not available'}; database: ${doctor.database ? `${doctor.database.ok ? 'whole' : 'damaged'}, version ${doctor.database.version}` : 'not checked'}`,
    `- collection: ${media} files, ${clips} clips, ${embedded} embedded, ${labelled} labelled, ${missing} missing`,
    `- versions: ${Object.entries(doctor.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    ...doctor.notices.map((notice) => `- notice: ${notice}`),
    '',
    '### Jobs with failures',
    ...(failed.length > 0
      ? failed.map(
          (job) => `- ${job.kind}: ${job.status}, ${job.failures} items failed${job.error ? `: ${job.error}` : ''}`,
        )
      : ['none']),
    '',
    '### End of the log',
    '```',
    ...endOfLog(workspace.path),
    '```',
    '',
  ];
  return withoutPrivateNames(lines.join('\n'), privateFolders(context));
}
