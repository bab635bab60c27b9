// cavmae doctor: which tensor backend runs and why, GPU, decoder, versions, disk, database; with --repair
// the database is put right, with --report the report is text to attach to an issue.
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { repairWorkspace } from '../../../engine/host/repairWorkspace.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { inSession, plain, type Answer, type CommandSpec, type Terminal } from '../command.ts';
import { table } from '../table.ts';
import { defaultWorkspace } from '../workspaceFolder.ts';

const repaired = {
  none: 'The database is whole; nothing was changed.',
  repaired: 'The database was repaired; a copy of how it was lies in the backups folder.',
  rebuilt: 'The database was rebuilt from every row that could be read.',
  restored: 'Nothing in the database could be read: the newest backup took its place.',
};

/**
 * Without an engine: a database that does not open can only be put right closed.
 * @throws NOT_FOUND where there is no workspace
 */
function repair(dir: string): Answer {
  if (!existsSync(dir)) throw new EngineError('NOT_FOUND', `there is no workspace in ${dir}`, { path: dir });
  const report = repairWorkspace(dir);
  const lines = [
    repaired[report.done],
    ...report.problems.map((problem) => `was wrong: ${problem}`),
    ...report.unreadable.map((name) => `could not be read to its end: ${name}`),
    ...(report.backup ? [`restored from ${report.backup}`] : []),
    ...(report.kept ? [`the damaged file is kept as ${report.kept}`] : []),
    ...report.after.problems.map((problem) => `! still wrong: ${problem}`),
  ];
  return { document: report, text: lines.join('\n'), exitCode: report.after.ok ? 0 : 1 };
}

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('doctor')
    .description('which tensor backend runs and why, GPU, decoder, versions, disk, and whether the database is whole')
    .option(
      '--report',
      'as text to attach to an issue, with the end of the log and without names of people, folders or files',
    )
    .option('--repair', 'put the database right: repair it, or rebuild it from what can be read; what it was is kept');
  const spec: CommandSpec<{ repair?: true; report?: true }, []> = {
    writes: false,
    async run({ client }, options) {
      if (options.report) {
        const { text } = await client.system.report({});
        return { document: { report: text }, text: text.trimEnd() };
      }
      const report = await client.system.doctor({});
      const lines = [
        `backend   ${report.backend}: ${report.reason}`,
        `gpu       ${report.gpu ?? 'none'}`,
        ...(report.extraction ? [`embedding ${report.extraction.runtime}: ${report.extraction.reason}`] : []),
        ...(report.extraction?.gpus.length
          ? [`          tried on a model's first use: ${report.extraction.gpus.join(', ')}`]
          : []),
        ...(report.embeddings ?? []).map(
          ({ modelId, precision, device, count, reason }) =>
            `          ${modelId}: ${count} clips, ${precision} on ${device ?? 'cpu'}${reason ? ` (${reason})` : ''}`,
        ),
        `decoder   ${report.decoder ?? 'not available'}`,
        `disk      ${(report.disk.freeBytes / 1024 ** 3).toFixed(1)} GiB free at ${report.disk.path}`,
        `database  ${report.database ? `${report.database.ok ? 'whole' : 'DAMAGED'}, version ${report.database.version}` : 'not checked'}`,
        '',
        table(['part', 'version'], Object.entries(report.versions)),
        ...(report.notices.length > 0 ? ['', ...report.notices.map((notice) => `! ${notice}`)] : []),
      ];
      return { document: report, text: lines.join('\n'), exitCode: report.database?.ok ? 0 : 1 };
    },
  };
  plain<{ repair?: true; report?: true }, []>(command, terminal, (options) =>
    options.repair ? Promise.resolve(repair(options.workspace ?? defaultWorkspace())) : inSession(spec, options),
  );
}
