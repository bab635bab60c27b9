// What a query is answered from: the database, the columns of metadata, and the model and classifier in use.
import type { Db } from '../database/database.ts';
import type { ClipMetadata } from '../metadata/clipMetadata.ts';
import type { MetadataStore } from '../metadata/metadataStore.ts';
import type { Present } from './clipQuery.ts';

export interface QueryContext extends Omit<Present, 'query' | 'queryIds' | 'metadata'> {
  db: Db;
  metadata: MetadataStore;
  clipMetadata: ClipMetadata;
}
