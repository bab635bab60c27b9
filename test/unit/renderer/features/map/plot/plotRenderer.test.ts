import { beforeEach, describe, expect, it, vi } from 'vitest';

const state = vi.hoisted(() => ({ made: [] as { isDestroyed: boolean; lost: boolean }[] }));
vi.mock('regl-scatterplot', () => ({
  createRenderer: () => {
    const fate = { isDestroyed: false, lost: false };
    state.made.push(fate);
    return Object.assign(fate, {
      regl: fakeRegl(() => fate.lost),
      destroy: () => {
        fate.isDestroyed = true;
      },
    });
  },
}));
const destroyed: string[] = [];
function fakeRegl(lost: () => boolean) {
  const resource = (kind: string) => (name: string) => ({
    name,
    destroy: () => {
      destroyed.push(`${kind} ${name}`);
    },
  });
  return Object.assign((options: object) => options, {
    buffer: resource('buffer'),
    elements: resource('elements'),
    texture: resource('texture'),
    framebuffer: resource('framebuffer'),
    limits: { maxTextureSize: 4096 },
    _gl: { isContextLost: lost },
  });
}
const { hasRenderer, plotRenderer, shareOf } =
  await import('../../../../../../src/renderer/src/features/map/plot/plotRenderer.ts');
type Regl = ReturnType<typeof fakeRegl>;

beforeEach(() => {
  destroyed.length = 0;
});

describe('the renderer of plots', () => {
  it('is made once, and anew when its context was lost', () => {
    expect(hasRenderer()).toBe(false);
    const first = plotRenderer();
    expect(plotRenderer()).toBe(first);
    expect(hasRenderer()).toBe(true);
    state.made[0]!.lost = true;
    expect(hasRenderer()).toBe(false);
    expect(plotRenderer()).not.toBe(first);
    expect(first.isDestroyed).toBe(true);
    expect(state.made).toHaveLength(2);
  });

  it('gets back what a plot made in it, and nothing twice', () => {
    const { renderer, free } = shareOf(plotRenderer());
    const regl = renderer.regl as unknown as Regl;
    regl.texture('state');
    const buffer = regl.buffer('points');
    regl.framebuffer('frame');
    expect(regl.limits.maxTextureSize).toBe(4096);
    expect(regl({ count: 3 })).toEqual({ count: 3 });
    buffer.destroy();
    free();
    free();
    expect(destroyed.toSorted()).toEqual(['buffer points', 'framebuffer frame', 'texture state']);
    expect(renderer.isDestroyed).toBe(false);
  });

  it('keeps what another plot made', () => {
    const [one, other] = [shareOf(plotRenderer()), shareOf(plotRenderer())];
    (one.renderer.regl as unknown as Regl).texture('one');
    (other.renderer.regl as unknown as Regl).texture('other');
    one.free();
    expect(destroyed).toEqual(['texture one']);
  });
});
