// Where a person's workspace lies when none is named.
import os from 'node:os';
import path from 'node:path';

/** `CAVMAE_WORKSPACE`, else a folder of the user's own, by the platform's habit. */
export function defaultWorkspace(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = os.homedir()): string {
  if (environment.CAVMAE_WORKSPACE) return path.resolve(environment.CAVMAE_WORKSPACE);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'CAV-MAE Studio', 'workspace');
  if (platform === 'win32') return path.join(environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'CAV-MAE Studio', 'workspace');
  return path.join(environment.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'cavmae-studio', 'workspace');
}
