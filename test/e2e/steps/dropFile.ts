// TEST CODE. A file dropped from outside the window.
import type { Locator } from 'playwright-core';

export async function dropFile(
  target: Locator,
  { name, type, bytes }: { name: string; type: string; bytes: Uint8Array },
): Promise<void> {
  const dataTransfer = await target.page().evaluateHandle(
    ([base64, fileName, fileType]) => {
      const transferred = new DataTransfer();
      transferred.items.add(
        new File([Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0))], fileName!, { type: fileType! }),
      );
      return transferred;
    },
    [Buffer.from(bytes).toString('base64'), name, type],
  );
  for (const event of ['dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer });
}
