import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, h, ref } from 'vue';
import type { App } from 'vue';
import StudioDialog from '../../../../src/renderer/src/components/StudioDialog.vue';
import { closeOpenClose } from '../closeOpenClose.ts';

let app: App;
afterEach(() => {
  app.unmount();
  vi.unstubAllGlobals();
});

describe('a dialog', () => {
  it('closes when it was closed and opened again before the window could draw a frame', async () => {
    const show = ref(true);
    app = createApp(() => h(StudioDialog, { show: show.value, title: 'Of the test' }, () => 'content'));
    app.mount(document.body.appendChild(document.createElement('div')));
    await vi.waitFor(() => expect(document.querySelector('.dialog h2')?.textContent).toBe('Of the test'));
    await closeOpenClose((open) => {
      show.value = open;
    });
    await vi.waitFor(() => expect(document.querySelector('.dialog')).toBeNull());
  });
});
