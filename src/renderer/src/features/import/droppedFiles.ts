// The files behind a drop, folders opened up all the way.

const media =
  /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|mts|m2ts|ogv|3gp|wmv|flv|wav|mp3|flac|ogg|opus|m4a|aac|aiff?|wma|jpe?g|png|webp|bmp|gif|tiff?)$/i;

/** Whether a name looks like video, sound or a picture. */
export const isMediaName = (name: string): boolean => media.test(name);

const entriesOf = (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => {
    const reader = folder.createReader();
    const all: FileSystemEntry[] = [];
    // readEntries hands out at most a hundred at a time; an empty batch is the end.
    const more = (): void =>
      reader.readEntries((batch) => {
        if (batch.length === 0) return resolve(all);
        all.push(...batch);
        more();
      }, reject);
    more();
  });

async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map(filesUnder))).flat();
}

/**
 * Files of a drop. With `whole`, folders stay as they are (a desktop shell knows their paths); else they are opened and
 * only media kept.
 */
export async function droppedFiles(transfer: DataTransfer, whole: boolean): Promise<File[]> {
  if (whole) return [...transfer.files];
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const files = entries.length ? (await Promise.all(entries.map(filesUnder))).flat() : [...transfer.files];
  return files.filter((file) => isMediaName(file.name));
}
