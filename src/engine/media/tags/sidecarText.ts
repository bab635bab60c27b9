// The text of a small file beside a recording, whatever wrote it.

/** UTF-16 with its mark, UTF-8, else Windows-1252, which old recorders and caption tools write. */
export function sidecarText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
