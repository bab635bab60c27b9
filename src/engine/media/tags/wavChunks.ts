// What a WAV file (RIFF, RF64, BW64) says of itself beside its sound: GUANO (bats), bext (broadcast WAV), iXML (field recorders), and the
// LIST INFO texts in which AudioMoth writes time and device. https://guano-md.org, EBU Tech 3285.
import { open, type FileHandle } from 'node:fs/promises';
import { flattenXml, type Tags } from './tags.ts';

/** Largest chunk of text that is read. */
const mostBytes = 1 << 20;
/** A file of more chunks is damaged. */
const mostChunks = 1000;

async function bytesAt(handle: FileHandle, length: number, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const textOf = (bytes: Buffer): string =>
  bytes
    .toString('utf8')
    .replace(/\0[\s\S]*$/, '')
    .trim();

/** `Key: value` lines; "GUANO|Version" opens them. */
export function guanoTags(text: string): Tags {
  return Object.fromEntries(
    text.split(/\r\n|\n|\r/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at > 0 && line.slice(at + 1).trim() !== ''
        ? [
            [
              `guano ${line.slice(0, at).trim()}`,
              line
                .slice(at + 1)
                .replaceAll(String.raw`\n`, '\n')
                .trim(),
            ],
          ]
        : [];
    }),
  );
}

function bextTags(bytes: Buffer): Tags {
  const field = (from: number, to: number) => textOf(bytes.subarray(from, to));
  const [date, time] = [field(320, 330), field(330, 338)];
  return {
    'bext description': field(0, 256),
    'bext originator': field(256, 288),
    ...(date ? { 'bext time': `${date.replaceAll(/[^\d]/g, '-')} ${time.replaceAll(/[^\d]/g, ':')}`.trim() } : {}),
  };
}

function infoTags(bytes: Buffer): Tags {
  const tags: Tags = {};
  for (let at = 4; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    tags[`info ${bytes.toString('latin1', at, at + 4)}`] = textOf(bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  return tags;
}

function chunkTags(id: string, bytes: Buffer): Tags {
  if (id === 'guan') return guanoTags(textOf(bytes));
  if (id === 'bext') return bextTags(bytes);
  if (id === 'iXML') return flattenXml(textOf(bytes), 'ixml');
  return bytes.toString('latin1', 0, 4) === 'INFO' ? infoTags(bytes) : {};
}

/** Empty where the file is no WAV. */
export async function wavTags(path: string): Promise<Tags> {
  const handle = await open(path, 'r');
  try {
    const head = await bytesAt(handle, 12, 0);
    if (!/^(RIFF|RF64|BW64)$/.test(head.toString('latin1', 0, 4)) || head.toString('latin1', 8, 12) !== 'WAVE')
      return {};
    const { size } = await handle.stat();
    const tags: Tags = {};
    let longData = 0;
    for (let at = 12, n = 0; at + 8 <= size && n < mostChunks; n++) {
      const header = await bytesAt(handle, 8, at);
      if (header.length < 8) break;
      const id = header.toString('latin1', 0, 4);
      let length = header.readUInt32LE(4);
      if (id === 'ds64') longData = Number((await bytesAt(handle, 16, at + 8)).readBigUInt64LE(8));
      if (id === 'data' && length === 0xffffffff && longData > 0) length = longData;
      if (['guan', 'bext', 'iXML', 'LIST'].includes(id) && length <= mostBytes)
        Object.assign(tags, chunkTags(id, await bytesAt(handle, length, at + 8)));
      at += 8 + length + (length % 2);
    }
    return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
  } finally {
    await handle.close();
  }
}
