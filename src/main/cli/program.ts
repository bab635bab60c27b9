// All commands, and how bad usage ends.
import { Command, CommanderError } from 'commander';
import { appVersion } from '../../engine/host/appVersion.ts';
import type { Terminal } from './command.ts';
import { addBenchCommand } from './commands/bench.ts';
import { addCheckpointCommands } from './commands/checkpoint.ts';
import { addClipsCommand } from './commands/clips.ts';
import { addCollectionCommands } from './commands/collection.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEmbedCommands } from './commands/embed.ts';
import { addAuditCommands } from './commands/estimates/audit.ts';
import { addBudgetCommand } from './commands/estimates/budget.ts';
import { addReportCommand } from './commands/estimates/report.ts';
import { addEstimateCommand } from './commands/estimates/estimate.ts';
import { addSnapshotCommands } from './commands/estimates/snapshot.ts';
import { addEventsCommands } from './commands/events.ts';
import { addExportCommands } from './commands/export.ts';
import { addFinetuneCommands } from './commands/finetune.ts';
import { addInspectCommands } from './commands/inspect.ts';
import { addJobsCommands } from './commands/jobs.ts';
import { addLabelsCommands } from './commands/labels.ts';
import { addMetadataCommands } from './commands/metadata.ts';
import { addModelsCommands } from './commands/models.ts';
import { addPreprocessCommands } from './commands/preprocess.ts';
import { addDistilCommand } from './commands/distil.ts';
import { addPretrainCommand } from './commands/pretrain.ts';
import { addReconstructCommand } from './commands/reconstruct.ts';
import { addSearchCommands } from './commands/search.ts';
import { addServeCommand } from './commands/serve.ts';
import { addTensorCommands } from './commands/tensors.ts';

const groups = [
  addDoctorCommand,
  addCollectionCommands,
  addEmbedCommands,
  addClipsCommand,
  addLabelsCommands,
  addEventsCommands,
  addEstimateCommand,
  addAuditCommands,
  addBudgetCommand,
  addReportCommand,
  addSnapshotCommands,
  addMetadataCommands,
  addFinetuneCommands,
  addPretrainCommand,
  addDistilCommand,
  addSearchCommands,
  addReconstructCommand,
  addInspectCommands,
  addPreprocessCommands,
  addTensorCommands,
  addCheckpointCommands,
  addModelsCommands,
  addExportCommands,
  addServeCommand,
  addJobsCommands,
  addBenchCommand,
];

export function createProgram(terminal: Terminal): Command {
  const program = new Command('cavmae')
    .description('Explore, label, finetune and inspect video collections with CAV-MAE.')
    .version(appVersion)
    .showHelpAfterError('(cavmae <command> --help shows its options)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();
  for (const add of groups) add(program, terminal);
  return program;
}

/** Bad usage is exit code 2, as CLI.md says. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    terminal.exit(thrown.exitCode === 0 ? 0 : 2);
  }
}
