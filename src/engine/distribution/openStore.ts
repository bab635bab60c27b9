// Opens the store of an address.
import { FileStore } from './fileStore.ts';
import type { ObjectStore } from './objectStore.ts';
import { PatientStore, type Patience } from './patientStore.ts';
import { checkStoreUrl, parseFolder, parseS3 } from './storeUrl.ts';

/**
 * @param patience how long to wait for a store that does not answer
 * @throws EngineError BAD_INPUT
 */
export async function openStore(text: string, patience: Patience = {}): Promise<ObjectStore> {
  checkStoreUrl(text);
  if (text.startsWith('file:')) return new PatientStore(new FileStore(parseFolder(text), text), patience);
  // The client is large: only who uses it loads it.
  const { S3Store } = await import('./s3Store.ts');
  return new PatientStore(new S3Store(parseS3(text), text), patience);
}
