// A map in words: what it compares by, and what it was drawn from.
import type { Projection } from '../../../../shared/contract/model.ts';
import { plural } from '../../../../shared/plural.ts';

const spaces = { joint: 'Sound and picture', audio: 'Sound', visual: 'Picture' };

export const mapTitle = ({ space, supervised }: Pick<Projection, 'space' | 'supervised'>): string =>
  `${spaces[space]}${supervised ? ' · by labels' : ''}`;

/** Parameters, size and time, e.g. `15 neighbours · distance 0.10 · seed 1 · 1,200 clips · 26 Nov 18:20`. */
export function mapWords({ neighbors, minDist, seed, points, settled, createdAt }: Projection): string {
  const at = new Date(createdAt);
  const time = Number.isNaN(at.getTime())
    ? null
    : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
  return [
    `${neighbors} neighbours`,
    `distance ${minDist.toFixed(2)}`,
    `seed ${seed}`,
    points ? plural(points, 'clip') : null,
    settled ? null : 'not settled',
    time,
  ]
    .filter(Boolean)
    .join(' · ');
}
