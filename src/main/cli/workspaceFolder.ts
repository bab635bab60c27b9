// Where a person's workspace lies when none is named, and where the list of recent ones is kept.
import os from 'node:os';
import path from 'node:path';

/** `CAVMAE_DATA`, else a folder of the user's own, by the platform's habit. */
function dataFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (environment.CAVMAE_DATA) return path.resolve(environment.CAVMAE_DATA);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'CAV-MAE Studio');
  if (platform === 'win32')
    return path.join(environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'CAV-MAE Studio');
  return path.join(environment.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'cavmae-studio');
}

/** `CAVMAE_WORKSPACE`, else `workspace` in the data folder. */
export function defaultWorkspace(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = os.homedir(),
): string {
  if (environment.CAVMAE_WORKSPACE) return path.resolve(environment.CAVMAE_WORKSPACE);
  return path.join(dataFolder(environment, platform, home), 'workspace');
}

export const recentWorkspacesFile = (): string =>
  path.join(dataFolder(process.env, process.platform, os.homedir()), 'recent-workspaces.json');
