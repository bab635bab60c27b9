// What the system hands over when a workspace's file is double-clicked, or a folder is named on the command line.
import path from 'node:path';

/** The workspace folder that `argument` names by its `.cavmae` file; null for anything else. */
export function workspaceOfFile(argument: string): string | null {
  return /\.cavmae$/i.test(argument) && !argument.startsWith('-') ? path.dirname(path.resolve(argument)) : null;
}

/** The first workspace file among a process's arguments. */
export const workspaceOfArguments = (args: readonly string[]): string | null =>
  args.map(workspaceOfFile).find((folder) => folder !== null) ?? null;
