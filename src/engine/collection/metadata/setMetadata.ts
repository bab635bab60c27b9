// Values set by hand, of one recording or of many: all as one step, or none where one of them is not of its column's type.
import type { MetadataType } from '../../../shared/contract/metadata.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Workspace } from '../workspace.ts';
import type { ColumnRow, NewValue, StepOfMetadata } from './metadataStore.ts';
import { guessType, readValue, type ReadValue } from './metadataValue.ts';

export interface MetadataWish {
  mediaIds: readonly number[];
  /** By column; null or empty: there is none. */
  values: Readonly<Record<string, string | null>>;
  /** Columns in which what was found counts again. */
  reset?: readonly string[];
  zone?: string | undefined;
  /** Columns that are missing are made. */
  addColumns?: boolean;
  type?: MetadataType | undefined;
}

/** @throws NOT_FOUND for unknown recordings and columns, BAD_INPUT for a value that is none of its type */
export function setMetadata(workspace: Workspace, wish: MetadataWish): StepOfMetadata & { columns: string[] } {
  const { metadata } = workspace;
  const read = (column: Pick<ColumnRow, 'key' | 'type'>, text: string | null): ReadValue | null => {
    if (text === null || text.trim() === '') return null;
    const value = readValue(column, text, { zone: wish.zone });
    if (!('problem' in value)) return value;
    throw new EngineError('BAD_INPUT', `${column.key}: ${value.problem}; nothing was changed`, { field: column.key });
  };
  const made: [string, MetadataType][] = [];
  const wanted = Object.entries(wish.values).map(([name, text]) => {
    const known = wish.addColumns ? metadata.find(name) : metadata.column(name);
    const column = known ?? { key: name.trim(), type: wish.type ?? guessType([text ?? '']) };
    if (!known) made.push([column.key, column.type]);
    return { key: column.key, value: read(column, text) };
  });
  const set = (): StepOfMetadata => {
    for (const [key, type] of made) metadata.addColumn(key, type);
    const values = [
      ...wanted.map(({ key, value }) => ({ columnId: metadata.column(key).id, value })),
      ...(wish.reset ?? []).map((key) => ({ columnId: metadata.column(key).id, value: undefined })),
    ];
    return metadata.set(
      wish.mediaIds.flatMap((mediaId) => values.map((one): NewValue => ({ mediaId, ...one }))),
      'person',
    );
  };
  const result = made.length === 0 ? set() : workspace.oneStep(`Set ${wanted.map(({ key }) => key).join(', ')}`, set);
  return { ...result, columns: wanted.map(({ key }) => key) };
}
