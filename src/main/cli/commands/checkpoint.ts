// cavmae checkpoint: what is in one, and its conversion.
import type { Command } from 'commander';
import path from 'node:path';
import {
  convertCheckpoint,
  inspectCheckpoint,
  type CheckpointContents,
} from '../../../engine/procedures/models/checkpointFiles.ts';
import { plain, type Answer, type Terminal } from '../command.ts';
import { number } from '../optionTypes.ts';
import { table } from '../table.ts';

/** `--json` gives every tensor; the text only what a person looks for. */
function described(contents: CheckpointContents): Answer {
  const { kind, format, parameters, sizeBytes, config, classes, tensors, missing, unexpected, misshapen, problem } =
    contents;
  const lines = [
    `${kind} (${format}), ${tensors.length} tensors, ${(parameters / 1e6).toFixed(1)} M parameters, ${(sizeBytes / 1e6).toFixed(1)} MB`,
    ...(config
      ? [
          table(
            ['setting', 'value'],
            Object.entries(config).map(([name, value]) => [name, JSON.stringify(value)]),
          ),
        ]
      : []),
    ...(classes && classes.length > 0 ? [`classes: ${classes.join(', ')}`] : []),
    ...(missing.length > 0
      ? [`missing: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''}`]
      : []),
    ...(unexpected.length > 0
      ? [
          `unexpected: ${unexpected.slice(0, 10).join(', ')}${unexpected.length > 10 ? ` and ${unexpected.length - 10} more` : ''}`,
        ]
      : []),
    ...misshapen
      .slice(0, 10)
      .map((one) => `shape of ${one.name}: [${one.shape.join(', ')}], expected [${one.expected.join(', ')}]`),
    ...(problem ? [`! ${problem}`] : []),
  ];
  return { document: contents, text: lines.join('\n') };
}

export function addCheckpointCommands(program: Command, terminal: Terminal): void {
  const checkpoint = program.command('checkpoint').description('what is in a checkpoint; conversion');
  plain<object, [string]>(
    checkpoint.command('inspect').description('kind, tensors, configuration, classes').argument('<file>'),
    terminal,
    async (_, file) => described(await inspectCheckpoint(path.resolve(file))),
  );
  const convert = checkpoint
    .command('convert')
    .description('.pth to .safetensors and back; .onnx out')
    .argument('<file>')
    .argument('<out>', '.safetensors, .pth or .onnx')
    .option('--half', 'store half precision')
    .option('--window <s>', 'for clips of so many seconds: positions are resampled on their grid', number(0));
  plain<{ half?: boolean; window?: number }, [string, string]>(convert, terminal, async (options, file, out) => {
    const [from, to] = [path.resolve(file), path.resolve(out)];
    await convertCheckpoint(from, to, {
      half: options.half ?? false,
      ...(options.window !== undefined && { windowS: options.window }),
    });
    const contents = await inspectCheckpoint(path.extname(to).toLowerCase() === '.onnx' ? from : to);
    return { ...described(contents), document: { files: [to], ...contents } };
  });
}
