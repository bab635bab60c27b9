// The engine's process (`out/main/engine.js`, plain Node), told what to do by environment variables. With CAVMAE_SOCKET
// it answers the desktop shell on a private socket; otherwise it is the web host, for containers and services.
// CAVMAE_WORKSPACE (needed), CAVMAE_RECENT, CAVMAE_DEMO; CAVMAE_HOST, CAVMAE_PORT, CAVMAE_PASSWORD, CAVMAE_READ_ONLY.
import process from 'node:process';
import { EngineError } from '../../shared/engineError.ts';
import { serveApplication } from './serveApplication.ts';
import { sendToShell, serveShell, untilShellEnds } from './serveShell.ts';
import { untilStopped } from './untilStopped.ts';

const {
  CAVMAE_WORKSPACE: workspaceDir,
  CAVMAE_SOCKET: socket,
  CAVMAE_SOCKET_TOKEN: token,
  CAVMAE_RECENT: recentFile = null,
  CAVMAE_DEMO: demo,
  CAVMAE_HOST: host,
  CAVMAE_PORT: port,
  CAVMAE_PASSWORD: password,
  CAVMAE_READ_ONLY: readOnly,
} = process.env;
// Workers need no key to the socket.
delete process.env.CAVMAE_SOCKET_TOKEN;

async function serveWeb(): Promise<void> {
  if (!workspaceDir)
    throw new EngineError('BAD_INPUT', 'CAVMAE_WORKSPACE names the workspace folder', { field: 'CAVMAE_WORKSPACE' });
  const served = await serveApplication({
    workspaceDir,
    ...(host ? { host } : {}),
    ...(port ? { port: Number(port) } : {}),
    password: password || null,
    readOnly: Boolean(readOnly),
    recentFile,
    demo: Boolean(demo),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${served.host.url}\n`);
  await untilStopped();
  await served.close();
}

async function serveDesktop(socketPath: string): Promise<void> {
  if (!workspaceDir || !token)
    throw new EngineError('BAD_INPUT', 'the desktop shell names CAVMAE_WORKSPACE and CAVMAE_SOCKET_TOKEN');
  const ended = untilShellEnds();
  const served = await serveShell({ workspaceDir, socket: socketPath, token, recentFile, demo: Boolean(demo) });
  await ended;
  await served.close();
}

try {
  await (socket ? serveDesktop(socket) : serveWeb());
  process.exit(0);
} catch (thrown) {
  const error = EngineError.from(thrown);
  const { message, detail } = error;
  if (socket && error.code !== 'INTERNAL') await sendToShell({ type: 'refused', message, detail });
  process.stderr.write(`error: ${message}${detail.hint ? ` ${detail.hint}` : ''}\n`);
  process.exit(error.code === 'INTERNAL' ? 4 : 2);
}
