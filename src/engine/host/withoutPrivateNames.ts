// Removes home folders and names of folders and files from a text. Logs and reports may be attached to an issue.
import os from 'node:os';
import path from 'node:path';

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** Files of the application itself tell nothing of anyone, and a stack needs them. */
const ourOwn = /(?:^|[\\/])(?:node_modules|src|out|resources|app\.asar(?:\.unpacked)?)[\\/](?:.*[\\/])?([^\\/]+)$/;
/** Inside a known folder names may hold spaces: everything up to the ending is theirs. */
const inside = String.raw`(?:[\\/][^\n'"“”]*?(\.[A-Za-z0-9]{1,5})(?!\.?[A-Za-z0-9])|[\\/][^\s'"“”,;:)]*)?`;
const absolute = /(?<![\w~.<>:/-])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s'"“”(),;:<>\\/]+[\\/])+[^\s'"“”(),;:<>\\/]*/g;

/**
 * @param folders media roots and the workspace, by their full paths
 * @returns `text` in which paths are `<media>.mp4`, `<path>.mp4` or, of our own code, the file's name
 */
export function withoutPrivateNames(text: string, folders: readonly string[] = [], home = os.homedir()): string {
  let clean = text;
  // The longest first: a root inside another is named whole.
  for (const folder of [...folders].filter((one) => one.length > 1).toSorted((a, b) => b.length - a.length)) {
    // In quotation marks everything up to the closing one is the name.
    clean = clean.replaceAll(
      new RegExp(`(['"“])${escaped(folder)}([\\\\/][^\n'"”]*)?(['"”])`, 'g'),
      (_, left: string, rest: string | undefined, right: string) => `${left}<media>${path.extname(rest ?? '')}${right}`,
    );
    clean = clean.replaceAll(
      new RegExp(`${escaped(folder)}${inside}`, 'g'),
      (_, ending?: string) => `<media>${ending ?? ''}`,
    );
  }
  clean = clean.replaceAll(absolute, (found) => ourOwn.exec(found)?.[1] ?? `<path>${path.extname(found)}`);
  return home.length > 1 ? clean.replaceAll(home, '~') : clean;
}
