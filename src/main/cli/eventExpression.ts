// The expressions of `cavmae events … --where`: criteria joined by "and", as a filter of the contract.
//
//   class=call and modality=seen        confidence>=0.8 and source=detector        name~harbour and duration<0.5        onset>=60 and onset<120
import { labelValue } from '../../shared/contract/labelValue.ts';
import { eventModality, eventSource, type EventFilter } from '../../shared/contract/event.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Client } from './session.ts';

const bad = (why: string): EngineError =>
  new EngineError('BAD_INPUT', `--where: ${why}`, {
    field: 'where',
    hint: 'For example: class=call and modality=heard and confidence>=0.8',
  });

type Range = [number, number];
const widest: Range = [-1e9, 1e9];

function range(operator: string, text: string): Range {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw bad(`${text || 'nothing'} is not a number`);
  // The filter's bounds are inclusive: a strict sign moves them by less than any two measured values differ.
  const step = Math.max(1e-9, Math.abs(value) * 1e-9);
  if (operator === '>') return [value + step, widest[1]];
  if (operator === '>=') return [value, widest[1]];
  if (operator === '<') return [widest[0], value - step];
  return operator === '<=' ? [widest[0], value] : [value, value];
}

const meet = (a: Range | undefined, b: Range): Range => (a ? [Math.max(a[0], b[0]), Math.min(a[1], b[1])] : b);

function oneOf<T extends string>(options: readonly T[], text: string, what: string): T {
  const found = options.find((option) => option === text);
  if (!found) throw bad(`there is no ${what} ${text}; there are ${options.join(', ')}`);
  return found;
}

type Names = ReadonlyMap<string, number[]>;

function equal(filter: EventFilter, field: string, text: string, classes: Names): EventFilter {
  switch (field) {
    case 'class': {
      const ids = classes.get(text.toLowerCase());
      if (!ids) throw bad(`there is no class ${text}`);
      return { ...filter, classIds: [...(filter.classIds ?? []), ...ids] };
    }
    case 'modality':
      return { ...filter, modalities: [...(filter.modalities ?? []), oneOf(eventModality.options, text, field)] };
    case 'value':
      return { ...filter, values: [...(filter.values ?? []), oneOf(labelValue.options, text, field)] };
    case 'source':
      return { ...filter, sources: [...(filter.sources ?? []), oneOf(eventSource.options, text, field)] };
    case 'annotator':
      return { ...filter, annotators: [...(filter.annotators ?? []), text] };
    case 'id':
    case 'media':
      if (!/^[1-9]\d*$/.test(text)) throw bad(`${text} is not a number of one`);
      return field === 'id'
        ? { ...filter, ids: [...(filter.ids ?? []), Number(text)] }
        : { ...filter, mediaIds: [...(filter.mediaIds ?? []), Number(text)] };
    default:
      throw bad(`there is no field ${field}`);
  }
}

function criterion(filter: EventFilter, text: string, classes: Names): EventFilter {
  const match = /^([a-z]+)\s*(>=|<=|=|>|<|~)\s*(.+)$/i.exec(text.trim());
  if (!match) throw bad(`“${text.trim()}” is no criterion`);
  const [field, operator, value] = [match[1]!.toLowerCase(), match[2]!, match[3]!.trim().replace(/^"(.*)"$/, '$1')];
  if (operator === '~' || field === 'name' || field === 'path') {
    if (field !== 'name' && field !== 'path') throw bad('~ is for name');
    return { ...filter, text: value };
  }
  if (field === 'duration') return { ...filter, durationS: meet(filter.durationS, range(operator, value)) };
  if (field === 'confidence') return { ...filter, confidence: meet(filter.confidence, range(operator, value)) };
  if (field === 'onset' || field === 'time') return { ...filter, timeS: meet(filter.timeS, range(operator, value)) };
  if (operator !== '=') throw bad(`${field} can only be compared with =`);
  return equal(filter, field, value, classes);
}

/** @throws BAD_INPUT naming what is not understood */
export function parseEventExpression(text: string, classes: Names): EventFilter {
  return text.split(/\s+and\s+/i).reduce<EventFilter>((filter, part) => criterion(filter, part, classes), {});
}

/** The filter of an expression, with class names as this workspace knows them; all events without one. */
export async function eventFilterOf(client: Client, expression: string | undefined): Promise<EventFilter> {
  if (expression === undefined || expression.trim() === '') return {};
  const classes = new Map<string, number[]>();
  for (const schema of await client.schemas.list({}))
    for (const { name, id } of schema.classes)
      classes.set(name.toLowerCase(), [...(classes.get(name.toLowerCase()) ?? []), id]);
  return parseEventExpression(expression, classes);
}
