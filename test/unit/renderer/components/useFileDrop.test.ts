import { describe, expect, it } from 'vitest';
import { useFileDrop } from '../../../../src/renderer/src/components/useFileDrop.ts';

const drag = (type: string, transfer: unknown, more: Record<string, unknown> = {}): DragEvent =>
  Object.assign(new Event(type, { cancelable: true }), { dataTransfer: transfer, ...more }) as unknown as DragEvent;

describe('a place that takes a dropped file', () => {
  it('takes the first file, and tells the window that it is not to be imported', () => {
    const taken: File[] = [];
    const { over, listeners } = useFileDrop((file) => taken.push(file));
    const [first, second] = [new File(['a'], 'a.wav'), new File(['b'], 'b.wav')];
    const transfer = { types: ['Files'], files: [first, second], dropEffect: 'none' };
    const hover = drag('dragover', transfer);
    listeners.dragover(hover);
    expect([over.value, hover.defaultPrevented, transfer.dropEffect]).toEqual([true, true, 'copy']);
    const drop = drag('drop', transfer);
    listeners.drop(drop);
    expect([over.value, drop.defaultPrevented]).toEqual([false, true]);
    expect(taken).toEqual([first]);
  });

  it('leaves alone what is no file', () => {
    const { over, listeners } = useFileDrop(() => {
      throw new Error('nothing was dropped');
    });
    for (const type of ['dragover', 'drop'] as const) {
      const event = drag(type, { types: ['text/plain'], files: [] });
      listeners[type](event);
      expect([over.value, event.defaultPrevented]).toEqual([false, false]);
    }
  });

  it('is not left by passing over something inside of it', () => {
    const { over, listeners } = useFileDrop(() => {});
    const [place, inside, outside] = [
      document.createElement('div'),
      document.createElement('p'),
      document.createElement('p'),
    ];
    place.append(inside);
    listeners.dragover(drag('dragover', { types: ['Files'], files: [] }));
    const leave = (relatedTarget: unknown): void => {
      const event = drag('dragleave', null);
      for (const [name, value] of Object.entries({ currentTarget: place, relatedTarget }))
        Object.defineProperty(event, name, { value });
      listeners.dragleave(event);
    };
    leave(inside);
    expect(over.value).toBe(true);
    leave(outside);
    expect(over.value).toBe(false);
  });
});
