// The configuration file that a checkpoint without one of its own needs to be opened with.
import path from 'node:path';
import { configBeside } from '../../checkpoint/configBeside.ts';

/** Null for random weights, and where there is none. */
export const configPathBeside = async (resolved: string): Promise<string | null> =>
  !resolved.startsWith('random:') && (await configBeside(resolved))
    ? path.join(path.dirname(resolved), 'config.json')
    : null;
