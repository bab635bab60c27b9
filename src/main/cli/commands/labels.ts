// cavmae labels: annotations in, out, and by hand.
import { Option, type Command } from 'commander';
import path from 'node:path';
import { type LabelValue, presences, type Presence } from '../../../shared/contract/labelValue.ts';
import { labelField, labelFormat, type LabelSchema } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { session, type Terminal } from '../command.ts';
import { clipOf, schemaOf } from '../resolve.ts';
import type { Client, Session } from '../session.ts';

type Format = (typeof labelFormat.options)[number];
interface SetOptions {
  schema?: string;
  value: LabelValue | 'none';
  presence?: Presence;
}

const formatOption = (): Option =>
  new Option('--format <format>', 'how the file is written').choices(labelFormat.options);

/** `label=Species` pairs: which column of the file holds which of our fields. @throws BAD_INPUT for a pair that is none */
function columnsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const field = labelField.options.find((one) => one === pair.slice(0, at));
      if (at < 1 || !field)
        throw new EngineError(
          'BAD_INPUT',
          `--column ${pair} is none of ${labelField.options.join(', ')} with the name of a column, as in label=Species`,
          { field: 'column' },
        );
      return [field, pair.slice(at + 1)];
    }),
  );
}

/** The schema to label in; a workspace without any gets one called "labels". */
async function schemaToLabelIn(
  client: Client,
  name: string | undefined,
  classes: readonly string[],
): Promise<LabelSchema> {
  const schemas = await client.schemas.list({});
  const missing =
    name === undefined
      ? schemas.length === 0
      : !schemas.some((schema) => schema.name === name || String(schema.id) === name);
  return missing
    ? client.schemas.create({ name: name ?? 'labels', multiLabel: classes.length > 1 })
    : schemaOf(client, name);
}

async function setLabels(opened: Session, clipName: string, classes: readonly string[], options: SetOptions) {
  const { client } = opened;
  const clip = await clipOf(opened, clipName);
  const schema = await schemaToLabelIn(client, options.schema, classes);
  if (!schema.multiLabel && classes.length > 1)
    throw new EngineError('BAD_INPUT', `schema ${schema.name} takes one class per clip`, { field: 'class' });
  let changed = 0;
  for (const name of classes) {
    const known =
      schema.classes.find((one) => one.name === name) ?? (await client.schemas.addClass({ schemaId: schema.id, name }));
    const value = options.value === 'none' ? null : options.value;
    changed += (
      await client.annotations.set({ clipIds: [clip.id], classId: known.id, value, presence: options.presence ?? null })
    ).changed;
  }
  return { annotations: classes.length, changed, clip: clip.id, schema: schema.name };
}

export function addLabelsCommands(program: Command, terminal: Terminal): void {
  const labels = program.command('labels').description('annotations in and out');
  session<{ format?: Format; schema?: string; dryRun?: boolean; column?: string[] }, [string]>(
    labels
      .command('import')
      .description('read labels from a file')
      .argument('<file>')
      .addOption(formatOption())
      .option('--schema <name>', 'into this schema')
      .option('--column <field=name...>', 'which column holds what, as in label=Species path=Recording')
      .option('--dry-run', 'write nothing: only say what would match'),
    terminal,
    {
      writes: true,
      async run({ client }, options, file) {
        const schemaId =
          options.schema === undefined ? {} : { schemaId: (await schemaToLabelIn(client, options.schema, [])).id };
        const format = options.format ?? (await client.annotations.inspect({ path: path.resolve(file) })).format;
        const result = await client.annotations.import({
          path: path.resolve(file),
          format,
          columns: columnsOf(options.column ?? []),
          dryRun: options.dryRun ?? false,
          ...schemaId,
        });
        const unmatched = result.unmatched.slice(0, 20).map((one) => `  line ${one.line}: ${one.reason}`);
        return {
          document: result,
          exitCode: result.unmatched.length > 0 ? 1 : 0,
          text: [
            `${result.annotations} annotations on ${result.matchedClips} clips; ${result.unmatched.length} lines did not match`,
            ...unmatched,
          ].join('\n'),
        };
      },
    },
  );
  session<{ format?: Format; schema?: string }, [string]>(
    labels
      .command('export')
      .description('write labels to a file')
      .argument('<file>')
      .addOption(formatOption())
      .option('--schema <name>', 'of this schema'),
    terminal,
    {
      writes: false,
      async run({ client }, options, file) {
        const schemaId = options.schema === undefined ? {} : { schemaId: (await schemaOf(client, options.schema)).id };
        const result = await client.annotations.export({
          path: path.resolve(file),
          format: options.format ?? 'csv',
          ...schemaId,
        });
        return { document: result, text: `${result.annotations} annotations in ${result.files.join(', ')}` };
      },
    },
  );
  session<SetOptions, [string, string[]]>(
    labels
      .command('set')
      .description('label one clip')
      .argument('<clip>', 'number, path or name')
      .argument('<class...>')
      .option('--schema <name>', 'in this schema; made when missing')
      .addOption(
        new Option('--value <value>').choices(['positive', 'negative', 'uncertain', 'none']).default('positive'),
      )
      .addOption(new Option('--presence <presence>', 'where the class shows').choices(presences)),
    terminal,
    {
      writes: true,
      async run(opened, options, clip, classes) {
        const result = await setLabels(opened, clip, classes, options);
        return { document: result, text: `clip ${result.clip}: ${classes.join(', ')} (${result.changed} changed)` };
      },
    },
  );
}
