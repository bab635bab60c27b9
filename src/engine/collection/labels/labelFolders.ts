// A folder per class: read where files lie in class folders, written as links to the files.
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { collect } from './labelFields.ts';
import type { LabelFormat } from './labelRecord.ts';

/** A link to one window of a longer file carries its times: `name@10-20.mp4`. */
const windowed = /^(.*)@(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(\.[^.]*)?$/;

const classFolder = (name: string): string => encodeURIComponent(name).replaceAll('%20', ' ').replace(/^\./, '%2E');

function className(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}

export const labelFolders: LabelFormat = {
  fileName: 'classes',
  positivesOnly: true,
  async read(folder) {
    let classes;
    try {
      classes = readdirSync(folder, { withFileTypes: true }).filter(
        (entry) => entry.isDirectory() && !entry.name.startsWith('.'),
      );
    } catch (thrown) {
      throw new EngineError('NOT_FOUND', `${folder} is not a folder with a folder per class`, { path: folder }, thrown);
    }
    const lines = classes.flatMap(({ name }) => {
      const inside = readdirSync(path.join(folder, name), { withFileTypes: true, recursive: true });
      return inside
        .filter((entry) => !entry.isDirectory())
        .map((entry) => {
          const file = path.join(entry.parentPath, entry.name);
          const times = entry.isSymbolicLink() ? windowed.exec(entry.name) : null;
          return { path: target(file), label: className(name), start: times?.[2] ?? '', end: times?.[3] ?? '' };
        });
    });
    return { naming: 'path', ...(await collect(lines.map((raw, i) => ({ line: i + 1, raw })))) };
  },
  write(folder, records) {
    mkdirSync(folder, { recursive: true });
    const files = records.map(({ label, absolutePath, startS, endS, whole, mediaId }) => {
      const { name, ext } = path.parse(absolutePath);
      const times = whole ? '' : `@${startS}-${endS}`;
      const target = path.join(path.resolve(folder), classFolder(label));
      mkdirSync(target, { recursive: true });
      const plain = path.join(target, `${name}${times}${ext}`);
      const link = taken(plain, absolutePath) ? path.join(target, `${name}~${mediaId}${times}${ext}`) : plain;
      rmSync(link, { force: true });
      symlinkSync(absolutePath, link);
      return link;
    });
    return files;
  },
};

/** Where a link leads; the path itself for a file, or for a link that leads nowhere. */
function target(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Is something there that is not our link to the same file? */
function taken(link: string, absolutePath: string): boolean {
  try {
    return !lstatSync(link).isSymbolicLink() || realpathSync(link) !== realpathSync(absolutePath);
  } catch {
    return false;
  }
}
