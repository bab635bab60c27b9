import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp, h, nextTick } from 'vue';
import type { App } from 'vue';
import EngineImage from '../../../../src/renderer/src/components/EngineImage.vue';
import { useCollection } from '../../../../src/renderer/src/stores/collection.ts';

let app: App;
const image = (): HTMLImageElement => document.querySelector('img.shown')!;
beforeEach(() => {
  const pinia = createPinia();
  setActivePinia(pinia);
  app = createApp(() => h(EngineImage, { src: 'data:image/png;base64,', class: 'shown', alt: 'frame' }));
  app.use(pinia).mount(document.body.appendChild(document.createElement('div')));
});
afterEach(() => app.unmount());

describe('a picture from the engine', () => {
  it('that failed is asked for again once the engine is back', async () => {
    const first = image();
    first.dispatchEvent(new Event('error'));
    await nextTick();
    expect(image()).toBe(first);
    useCollection().reconnects++;
    await nextTick();
    expect(image()).not.toBe(first);
    expect(image().alt).toBe('frame');
  });

  it('that is there is left alone', async () => {
    const first = image();
    useCollection().reconnects++;
    await nextTick();
    expect(image()).toBe(first);
  });
});
