// `cavmae audit`: a sample stratified by score is drawn and answered, for `cavmae estimate`.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { presence, type Presence } from '../../../../shared/contract/labelValue.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { auditAnswer, type AuditAnswer, type AuditDesign } from '../../../../shared/contract/estimate.ts';
import { classOf } from '../../classOf.ts';
import { session, type Terminal } from '../../command.ts';
import { integer } from '../../optionTypes.ts';
import { classifierOf } from '../../resolve.ts';
import type { Client } from '../../session.ts';
import { table } from '../../table.ts';
import { whereFilter } from '../../whereFilter.ts';
import { estimateText } from './estimate.ts';

/** The classifier or detector whose scores divide the sample. */
async function sourceOf(
  client: Client,
  { classifier, detector }: { classifier?: string; detector?: string },
): Promise<{ kind: 'classifier' | 'detector'; id: number }> {
  if (detector === undefined) return { kind: 'classifier', id: (await classifierOf(client, classifier)).id };
  const detectors = await client.events.detectors({});
  const found = detectors.find(({ id, name }) => String(id) === detector || name === detector);
  if (!found)
    throw new EngineError('NOT_FOUND', `there is no detector ${detector}`, {
      field: 'detector',
      hint: 'Train one first: cavmae events learn.',
    });
  return { kind: 'detector', id: found.id };
}

const designText = (design: AuditDesign): string =>
  `Audit ${design.id} of ${design.class} by ${design.source.name}: ${design.clips} clips in ${design.strata.length} strata, ${design.audited} answered.`;

interface StartOptions {
  class: string;
  schema?: string;
  classifier?: string;
  detector?: string;
  by?: string;
  where?: string;
  seed: number;
}

function addStart(audit: Command, terminal: Terminal): void {
  session<StartOptions, []>(
    audit
      .command('start')
      .description('draw a sample stratified by the score of a classifier or detector')
      .requiredOption('--class <name>', 'the class')
      .option('--schema <name>', 'where several schemas have a class of the name')
      .option('--classifier <name>', 'its number or name; without it the one in use')
      .option('--detector <name>', 'a detector instead of a classifier')
      .option('--by <column>', 'divide the sample by a column as well, so that each of its values gets audits')
      .option('--where <expression>', 'only clips that match, as in cavmae clips')
      .option('--seed <n>', 'of the draw', integer(0), 1),
    terminal,
    {
      writes: true,
      async run({ client }, { class: name, schema, by, where, seed, ...source }) {
        const { id } = await classOf(client, name, schema);
        const design = await client.estimates.start({
          classId: id,
          source: await sourceOf(client, source),
          seed,
          ...(by === undefined ? {} : { by }),
          ...(where === undefined ? {} : { filter: await whereFilter(client, where), scope: where }),
        });
        return { document: design, text: `${designText(design)}\nNext: cavmae audit next --audit ${design.id}` };
      },
    },
  );
}

/** The audit that is named, or the newest. */
async function auditOf(client: Client, id: number | undefined): Promise<AuditDesign> {
  const designs = await client.estimates.designs({});
  const found = id === undefined ? designs[0] : designs.find((design) => design.id === id);
  if (!found)
    throw new EngineError('NOT_FOUND', id === undefined ? 'there is no audit yet' : `there is no audit ${id}`, {
      field: 'audit',
      hint: 'Start one: cavmae audit start --class NAME.',
    });
  return found;
}

function addNext(audit: Command, terminal: Terminal): void {
  session<{ audit?: number; n: number }, []>(
    audit
      .command('next')
      .description('the clips to audit next, in the order that narrows the interval most')
      .option('--audit <id>', 'without it the newest', integer(1))
      .option('-n <count>', 'how many', integer(1), 10),
    terminal,
    {
      writes: false,
      async run({ client }, { audit: id, n }) {
        const design = await auditOf(client, id);
        const { next } = await client.estimates.state({ designId: design.id, next: n });
        const { rows } = await client.clips.byIds({ clipIds: next.map(({ clipId }) => clipId) });
        const clips = new Map(rows.map((clip) => [clip.id, clip]));
        const document = next.map(({ clipId, score }) => {
          const { path, startS, endS } = clips.get(clipId)!;
          return { audit: design.id, clip: clipId, path, startS, endS, score };
        });
        return {
          document,
          text:
            document.length === 0
              ? 'Every clip is audited.'
              : table(
                  ['clip', 'path', 'from s', 'to s', 'score'],
                  document.map(({ clip, path, startS, endS, score }) => [
                    String(clip),
                    path,
                    startS.toFixed(2),
                    endS.toFixed(2),
                    score === null ? '' : score.toFixed(3),
                  ]),
                ),
        };
      },
    },
  );
}

function addAnswer(audit: Command, terminal: Terminal): void {
  session<{ audit?: number; presence?: Presence; label?: boolean }, [AuditAnswer, string[]]>(
    audit
      .command('answer')
      .description('say whether clips hold the class: yes, no, unsure, or clear to take an answer back')
      .argument('<answer>', [...auditAnswer.options, 'clear'].join(', '), (text: string) => {
        if (text !== 'clear' && !auditAnswer.options.includes(text as AuditAnswer))
          throw new InvalidArgumentError(`one of ${[...auditAnswer.options, 'clear'].join(', ')}`);
        return text as AuditAnswer;
      })
      .argument('<clips...>', 'numbers of clips')
      .option('--audit <id>', 'without it the newest', integer(1))
      .addOption(new Option('--presence <how>', 'how it was noticed').choices(presence.options))
      .option('--label', 'label the clips as well'),
    terminal,
    {
      writes: true,
      async run({ client }, { audit: id, presence, label }, answer, clips) {
        const design = await auditOf(client, id);
        const given = (answer as string) === 'clear' ? null : answer;
        const answers = clips.map((clip) => ({ clipId: integer(1)(clip), answer: given, presence: presence ?? null }));
        const { changed } = await client.estimates.answer({ designId: design.id, answers, label: label ?? false });
        const found = await client.estimates.estimate({ classId: design.classId, designId: design.id });
        return { document: { audit: design.id, changed, ...found.overall }, text: estimateText(found) };
      },
    },
  );
}

function addList(audit: Command, terminal: Terminal): void {
  session<object, []>(audit.command('list').description('audits there are, newest first'), terminal, {
    writes: false,
    async run({ client }) {
      const designs = await client.estimates.designs({});
      return {
        document: designs,
        text: designs.length === 0 ? 'No audits yet.' : designs.map(designText).join('\n'),
      };
    },
  });
  session<object, [number]>(
    audit.command('remove').description('take an audit out of the list').argument('<id>', 'its number', integer(1)),
    terminal,
    {
      writes: true,
      async run({ client }, _options, id) {
        await client.estimates.remove({ designId: id });
        return { document: { removed: id }, text: `Removed audit ${id}.` };
      },
    },
  );
}

export function addAuditCommands(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('answer for a drawn sample, so that estimates have intervals');
  addStart(audit, terminal);
  addNext(audit, terminal);
  addAnswer(audit, terminal);
  addList(audit, terminal);
}
