// cavmae doctor: which tensor backend runs and why, GPU, decoder, versions, disk, database; with --report as text to attach to an issue.
import type { Command } from 'commander';
import { session, type Terminal } from '../command.ts';
import { table } from '../table.ts';

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const command = program.command('doctor').description('which tensor backend runs and why, GPU, decoder, versions, disk')
    .option('--report', 'as text to attach to an issue, with the end of the log and without names of people, folders or files');
  session<{ report?: true }, []>(command, terminal, {
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
        `decoder   ${report.decoder ?? 'not available'}`,
        `disk      ${(report.disk.freeBytes / 1024 ** 3).toFixed(1)} GiB free at ${report.disk.path}`,
        `database  ${report.database ? `${report.database.ok ? 'whole' : 'DAMAGED'}, version ${report.database.version}` : 'not checked'}`,
        '', table(['part', 'version'], Object.entries(report.versions)), ...(report.notices.length > 0 ? ['', ...report.notices.map((notice) => `! ${notice}`)] : []),
      ];
      return { document: report, text: lines.join('\n') };
    },
  });
}
