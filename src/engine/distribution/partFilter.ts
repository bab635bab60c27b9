// The expressions of `cavmae import embeddings --where`: criteria joined by "and", over what a part says of a clip.
//
//   path~birds/ and duration>3      kind=video and not badge=silent      start>=60 and start<120      content=9f2c
import { badge, mediaKind } from '../../shared/contract/clip.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { ShardClip } from './shard.ts';

export type PartFilter = (
  clip: Pick<ShardClip, 'path' | 'contentHash' | 'kind' | 'startS' | 'endS' | 'badges'>,
) => boolean;

const bad = (why: string): EngineError =>
  new EngineError('BAD_INPUT', `--where: ${why}`, {
    field: 'where',
    hint: 'For example: path~birds/ and duration>3 and not badge=silent. There are path, kind, badge, start, end, duration, content.',
  });

const compare: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => Math.abs(a - b) < 1e-6,
};

function numeric(operator: string, text: string, of: (clip: Parameters<PartFilter>[0]) => number): PartFilter {
  const [value, test] = [Number(text), compare[operator]];
  if (text === '' || !Number.isFinite(value)) throw bad(`${text || 'nothing'} is not a number`);
  if (!test) throw bad(`${operator} does not compare numbers`);
  return (clip) => test(of(clip), value);
}

function criterion(text: string): PartFilter {
  const match = /^(\w+)\s*(>=|<=|[><=~])\s*(.*)$/.exec(text);
  if (!match) throw bad(`"${text}" is no criterion`);
  const [, field = '', operator = '', value = ''] = match;
  if (field === 'start') return numeric(operator, value, ({ startS }) => startS);
  if (field === 'end') return numeric(operator, value, ({ endS }) => endS);
  if (field === 'duration') return numeric(operator, value, ({ startS, endS }) => endS - startS);
  if (field === 'path' && (operator === '~' || operator === '=')) {
    const wanted = value.toLowerCase();
    return ({ path }) => (operator === '=' ? path === value : path.toLowerCase().includes(wanted));
  }
  if (operator !== '=') throw bad(`${field} can only be compared with =`);
  if (field === 'content') return ({ contentHash }) => contentHash.startsWith(value.toLowerCase());
  if (field === 'kind') {
    const kind = mediaKind.options.find((option) => option === value);
    if (!kind) throw bad(`there is no kind ${value}; there are ${mediaKind.options.join(', ')}`);
    return (clip) => clip.kind === kind;
  }
  if (field === 'badge') {
    const wanted = badge.options.find((option) => option === value);
    if (!wanted) throw bad(`there is no badge ${value}; there are ${badge.options.join(', ')}`);
    return ({ badges }) => badges.includes(wanted);
  }
  throw bad(`${field} is not known`);
}

/** @throws EngineError BAD_INPUT */
export function parsePartFilter(text: string): PartFilter {
  const all = text
    .trim()
    .split(/\s+and\s+/i)
    .map((part): PartFilter => {
      const negated = /^not\s+(.*)$/i.exec(part);
      const test = criterion(negated?.[1] ?? part);
      return negated ? (clip) => !test(clip) : test;
    });
  return (clip) => all.every((test) => test(clip));
}
