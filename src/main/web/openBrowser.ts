// Opens a URL in the user's browser, as far as the system can; the URL is printed anyway.
import open from 'open';

/** Where there is a screen and a person before it. */
export function hasDesktop(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (environment.CI) return false;
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** Does nothing where no browser can be started: the printed URL is the way in. */
export function openBrowser(url: string): void {
  open(url).then(
    (child) => child.on('error', () => {}),
    () => {},
  );
}
