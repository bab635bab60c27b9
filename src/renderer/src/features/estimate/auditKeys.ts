// Keys that answer an audit.
import type { GivenAnswer } from './estimateStore.ts';

export interface AuditKey extends GivenAnswer {
  key: string;
  label: string;
  about: string;
}

export const auditKeys: readonly AuditKey[] = [
  { key: 'y', label: 'Yes', answer: 'yes', presence: null, about: 'The class is in this clip' },
  { key: 'h', label: 'Heard', answer: 'yes', presence: 'audible', about: 'In this clip, heard and not seen' },
  { key: 's', label: 'Seen', answer: 'yes', presence: 'visible', about: 'In this clip, seen and not heard' },
  { key: 'b', label: 'Both', answer: 'yes', presence: 'both', about: 'In this clip, heard and seen' },
  { key: 'n', label: 'No', answer: 'no', presence: null, about: 'The class is not in this clip' },
  { key: 'u', label: 'Unsure', answer: 'unsure', presence: null, about: 'Cannot be told' },
];

/** The answer of a key press; null where the key means something else. */
export const auditKey = (event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): AuditKey | null =>
  event.ctrlKey || event.metaKey || event.altKey
    ? null
    : (auditKeys.find(({ key }) => key === event.key.toLowerCase()) ?? null);
