// Where a value came from, in words.
import type { MetadataSource } from '../../../../shared/contract/metadata.ts';

export const sourceText: Record<MetadataSource, string> = {
  person: 'set by hand',
  import: 'from a table',
  pattern: 'from the name, by your pattern',
  sidecar: 'from a file beside it',
  file: 'from tags in the file',
  name: 'from the name',
};
