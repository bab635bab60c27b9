// npm ends its shell when it is told to stop, but not what the shell started: whoever is left alone ends itself, in
// order.

/** Sends this process SIGTERM once the process that started it is gone, when npm started it. */
export function endWithParent() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
