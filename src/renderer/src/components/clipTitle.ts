// A clip's name on tiles and lists: of a window of a longer file its time comes first, since the rest is the same for
// all of them.

const windowed = /^(.*) (\d[\d:.]*)–[\d:.]+$/;

/** `5:50 · hydrophone.wav` for `hydrophone.wav 5:50–6:00`; other names as they are. */
export function clipTitle(name: string): string {
  const [, file, start] = windowed.exec(name) ?? [];
  return file && start ? `${start} · ${file}` : name;
}
