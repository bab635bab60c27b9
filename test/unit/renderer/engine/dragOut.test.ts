import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from '../../../../src/shared/contract/clip.ts';
import { beginDragOut, isDraggingOut } from '../../../../src/renderer/src/engine/dragOut.ts';

const clip = (id: number, name: string): Clip =>
  ({ id, name, path: `field/${name}`, content: `c0ffee0${id}`, startS: 0, endS: 10 }) as Clip;
function drag() {
  const data = new Map<string, string>();
  const event = {
    preventDefault: vi.fn(),
    dataTransfer: { effectAllowed: '', setData: (type: string, text: string) => data.set(type, text) },
  };
  return { event, data };
}
afterEach(() => {
  delete window.studio;
});

describe('dragging out', () => {
  it('gives a browser addresses of all, names of all, and the first as a file to save', () => {
    const { event, data } = drag();
    beginDragOut(event as never, clip(7, 'a:b.mp4'), [clip(7, 'a:b.mp4'), clip(8, 'c.mp4')]);
    const base = location.origin;
    expect(data.get('text/uri-list')).toBe(
      `${base}/media/clips/7/source?v=c0ffee07-0-10000\r\n${base}/media/clips/8/source?v=c0ffee08-0-10000`,
    );
    expect(data.get('text/plain')).toBe('field/a:b.mp4\nfield/c.mp4');
    expect(data.get('DownloadURL')).toBe(
      `application/octet-stream:a_b.mp4:${base}/media/clips/7/source?v=c0ffee07-0-10000`,
    );
    expect(event.preventDefault).not.toHaveBeenCalled();
  });
  it('leaves it to the shell where there is one, and does not take the files back in', () => {
    const dragOut = vi.fn();
    window.studio = { dragOut };
    const { event, data } = drag();
    beginDragOut(event as never, clip(7, 'a.mp4'), [clip(8, 'c.mp4')]);
    expect(dragOut).toHaveBeenCalledWith([7, 8]);
    expect([event.preventDefault.mock.calls.length, data.size, isDraggingOut()]).toEqual([1, 0, true]);
    window.dispatchEvent(new Event('pointermove'));
    expect(isDraggingOut()).toBe(false);
  });
});
