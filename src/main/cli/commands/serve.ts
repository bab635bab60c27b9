// cavmae serve: the window in a browser.
import type { Command } from 'commander';
import { hasDesktop, openBrowser } from '../../web/openBrowser.ts';
import { serveApplication } from '../../web/serveApplication.ts';
import { untilStopped } from '../../web/untilStopped.ts';
import { plain, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { defaultWorkspace, recentWorkspacesFile } from '../workspaceFolder.ts';

interface ServeCommandOptions {
  host: string;
  port?: number;
  open: boolean;
  demo?: boolean;
  readOnly?: boolean;
}

export function addServeCommand(program: Command, terminal: Terminal): void {
  plain<ServeCommandOptions, []>(
    program
      .command('serve')
      .description('the window in a browser; prints the URL with its one-time token')
      .option(
        '--host <address>',
        'where to listen; beyond this machine a password (CAVMAE_PASSWORD) is needed',
        '127.0.0.1',
      )
      .option('--port <n>', 'default: the usual port or the next free one', integer(0, 65535))
      .option('--no-open', 'do not open the browser')
      .option('--demo', 'prepare the demo collection in an empty workspace')
      .option('--read-only', 'change nothing'),
    terminal,
    async (options) => {
      const served = await serveApplication({
        workspaceDir: options.workspace ?? defaultWorkspace(),
        host: options.host,
        ...(options.port === undefined ? {} : { port: options.port }),
        password: process.env.CAVMAE_PASSWORD ?? null,
        readOnly: options.readOnly ?? false,
        demo: options.demo ?? false,
        recentFile: recentWorkspacesFile(),
        log: (line) => terminal.err(`${line}\n`),
      });
      const { url, port } = served.host;
      terminal.out(
        options.json
          ? `${JSON.stringify({ url, port, host: options.host, token: served.host.bearer, workspace: served.engine.context.workspace.path })}\n`
          : `CAV-MAE Studio: ${url}\n`,
      );
      if (!options.json)
        terminal.err(
          'The link opens once, in one browser. Ctrl+C ends the application; jobs under way continue at the next start.\n',
        );
      if (options.open && hasDesktop()) openBrowser(url);
      await untilStopped();
      terminal.err('Stopping…\n');
      await served.close();
      // Nothing is left to do; sockets of a browser that never answered must not hold the process.
      process.exit(0);
    },
  );
}
