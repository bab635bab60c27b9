// One WebDataset shard: a tar file in which the files of a sample follow each other and share a key.
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

export interface Sample {
  key: string;
  /** By ending, with its dot: a file to copy, or text. */
  parts: readonly { ending: string; file?: string; text?: string }[];
}

/** Written beside its name first, so that a shard that is there is whole. Entries carry no time, so that equal samples make equal shards. */
export async function writeShard(target: string, samples: readonly Sample[]): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(`${target}.part`));
  const fill = async (): Promise<void> => {
    for (const { key, parts } of samples)
      for (const { ending, file, text } of parts) {
        const header = { name: `${key}${ending}`, mtime: new Date(0) };
        if (file === undefined) archive.entry(header, text ?? '');
        else await pipeline(createReadStream(file), archive.entry({ ...header, size: (await stat(file)).size }));
      }
    archive.finalize();
  };
  await Promise.all([
    written,
    fill().catch((thrown: unknown) => {
      archive.destroy(thrown as Error);
      throw thrown;
    }),
  ]);
  await rename(`${target}.part`, target);
}
