import { createPinia, setActivePinia } from 'pinia';
import { expect, it, vi } from 'vitest';
import { effectScope, shallowRef } from 'vue';
import { marked } from '../../../../../../src/renderer/src/features/inspect/workbench/maskPainting.ts';
import type { Request } from '../../../../../../src/renderer/src/features/inspect/workbench/shown.ts';
import { useWorkbench } from '../../../../../../src/renderer/src/features/inspect/workbench/useWorkbench.ts';

let requested: () => Request | null = () => null;
vi.mock('../../../../../../src/renderer/src/features/inspect/workbench/useReconstruction.ts', () => ({
  useReconstruction: (request: () => Request | null) => {
    // The first is the workbench's own, the second that of the model beside it.
    if (requested() === null) requested = request;
    return { shown: shallowRef(null) };
  },
}));

it('asks for another reconstruction where a stroke hides something, and only there', () => {
  setActivePinia(createPinia());
  const scope = effectScope();
  const { paint } = scope.run(() =>
    useWorkbench(
      () => ({ clipId: 1 }),
      () => [],
      () => true,
    ),
  )!;
  expect(requested()!.mask.mode).toBe('unstructured');
  paint('A', (mask) => marked(mask, [3, 4], true));
  const first = requested()!;
  expect(first.mask).toMatchObject({ mode: 'hand', handA: [3, 4], handV: [] });
  paint('A', (mask) => marked(mask, [4], true));
  expect(requested()).toBe(first);
  paint('A', (mask) => marked(mask, [4], false));
  expect(requested()!.mask).toMatchObject({ handA: [3], handV: [] });
  scope.stop();
});
