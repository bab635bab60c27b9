// `cavmae snapshot`: named states of all annotations, listed, compared and restored.
import type { Command } from 'commander';
import type { Snapshot, SnapshotChanges } from '../../../../shared/contract/snapshot.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { session, type Terminal } from '../../command.ts';
import { integer } from '../../optionTypes.ts';
import type { Client } from '../../session.ts';
import { table } from '../../table.ts';

/** A snapshot by number or name. @throws NOT_FOUND naming those there are */
async function snapshotOf(client: Client, name: string): Promise<Snapshot> {
  const all = await client.snapshots.list({});
  const found =
    all.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? all.find(({ id }) => String(id) === name);
  if (found) return found;
  throw new EngineError('NOT_FOUND', `there is no snapshot ${name}`, {
    field: 'snapshot',
    hint:
      all.length === 0
        ? 'There are none yet: cavmae snapshot create NAME.'
        : `There are: ${all.map((one) => one.name).join(', ')}.`,
  });
}

const changesText = ({ added, removed, changed }: SnapshotChanges): string =>
  `${added} added, ${removed} removed, ${changed} changed`;

function addCreate(group: Command, terminal: Terminal): void {
  session<{ note?: string }, [string]>(
    group
      .command('create')
      .description('keep all labels, events and classes as they are now under a name')
      .argument('<name>')
      .option('--note <text>', 'what it is for'),
    terminal,
    {
      writes: true,
      async run({ client }, { note }, name) {
        const made = await client.snapshots.create({ name, ...(note === undefined ? {} : { note }) });
        return { document: made, text: `${made.name}: ${made.labels} labels, ${made.events} events` };
      },
    },
  );
  session<object, []>(group.command('list').description('snapshots, newest first'), terminal, {
    writes: false,
    async run({ client }) {
      const all = await client.snapshots.list({});
      return {
        document: all,
        text:
          all.length === 0
            ? 'No snapshots.'
            : table(
                ['id', 'name', 'made', 'labels', 'events', 'note'],
                all.map(({ id, name, createdAt, labels, events, note }) => [id, name, createdAt, labels, events, note]),
              ),
      };
    },
  });
}

function addCompare(group: Command, terminal: Terminal): void {
  session<{ limit: number }, [string, string | undefined]>(
    group
      .command('compare')
      .description('what is different by class and clip, against another snapshot or against now')
      .argument('<snapshot>', 'number or name')
      .argument('[other]', 'number or name; without it what is there now')
      .option('--limit <n>', 'at most so many rows', integer(0, 100_000), 500),
    terminal,
    {
      writes: false,
      async run({ client }, { limit }, first, other) {
        const found = await client.snapshots.compare({
          snapshotId: (await snapshotOf(client, first)).id,
          limit,
          ...(other === undefined ? {} : { otherId: (await snapshotOf(client, other)).id }),
        });
        const rows = found.rows.map(({ path, startS, endS, class: name, before, after }) => [
          path,
          startS.toFixed(2),
          endS.toFixed(2),
          name,
          before ?? '',
          after ?? '',
        ]);
        return {
          document: found,
          text: [
            `From ${found.from} to ${found.to}. Labels: ${changesText(found.labels)}. Events: ${changesText(found.events)}. Schemas and classes: ${found.schemas} changed.`,
            ...(rows.length === 0 ? [] : [table(['path', 'from s', 'to s', 'class', 'before', 'after'], rows)]),
          ].join('\n'),
        };
      },
    },
  );
}

function addRestore(group: Command, terminal: Terminal): void {
  session<object, [string]>(
    group
      .command('restore')
      .description('bring all annotations back, as one step of undo; what was there is kept as a snapshot')
      .argument('<snapshot>', 'number or name'),
    terminal,
    {
      writes: true,
      async run({ client }, _options, name) {
        const found = await snapshotOf(client, name);
        const restored = await client.snapshots.restore({ snapshotId: found.id });
        return {
          document: { restored: found.name, ...restored },
          text: `Restored ${found.name}: ${restored.changed} changes. What was there is kept as “${restored.kept.name}”.`,
        };
      },
    },
  );
  session<object, [string]>(
    group.command('remove').description('take a snapshot out of the list').argument('<snapshot>', 'number or name'),
    terminal,
    {
      writes: true,
      async run({ client }, _options, name) {
        const found = await snapshotOf(client, name);
        await client.snapshots.remove({ snapshotId: found.id });
        return { document: { removed: found.name }, text: `Removed ${found.name}.` };
      },
    },
  );
}

export function addSnapshotCommands(program: Command, terminal: Terminal): void {
  const group = program.command('snapshot').description('named states of all annotations');
  addCreate(group, terminal);
  addCompare(group, terminal);
  addRestore(group, terminal);
}
