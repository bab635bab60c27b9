// The web host on its own (`out/main/web.js`), told what to do by environment variables: for containers and services.
// CAVMAE_WORKSPACE (needed), CAVMAE_HOST, CAVMAE_PORT, CAVMAE_PASSWORD, CAVMAE_READ_ONLY.
import process from 'node:process';
import { EngineError } from '../../shared/engineError.ts';
import { serveApplication } from './serveApplication.ts';
import { untilStopped } from './untilStopped.ts';

const {
  CAVMAE_WORKSPACE: workspaceDir,
  CAVMAE_HOST: host,
  CAVMAE_PORT: port,
  CAVMAE_PASSWORD: password,
  CAVMAE_READ_ONLY: readOnly,
} = process.env;

try {
  if (!workspaceDir)
    throw new EngineError('BAD_INPUT', 'CAVMAE_WORKSPACE names the workspace folder', { field: 'CAVMAE_WORKSPACE' });
  const served = await serveApplication({
    workspaceDir,
    ...(host ? { host } : {}),
    ...(port ? { port: Number(port) } : {}),
    password: password || null,
    readOnly: Boolean(readOnly),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${served.host.url}\n`);
  await untilStopped();
  await served.close();
  process.exit(0);
} catch (thrown) {
  const error = EngineError.from(thrown);
  process.stderr.write(`error: ${error.message}${error.detail.hint ? ` ${error.detail.hint}` : ''}\n`);
  process.exit(error.code === 'INTERNAL' ? 4 : 2);
}
