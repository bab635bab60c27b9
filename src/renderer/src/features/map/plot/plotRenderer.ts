// The WebGL context that plots draw with: made once for the window, since making one and compiling its shaders anew at
// every change of the layout takes long (a second where a processor renders). A plot frees what it made in it when it
// goes; regl-scatterplot leaves that to whoever owns the context.
import { createRenderer } from 'regl-scatterplot';
import { allowReglWithoutEval } from './reglWithoutEval.ts';
import { thinned } from './thinnedPoints.ts';

export type Renderer = ReturnType<typeof createRenderer>;
interface Resource {
  destroy: () => void;
}
type Make = (...args: never[]) => Resource;
/** Of regl: calling it compiles a command, these four make what takes memory of the graphics card. */
type Regl = ((options: object) => unknown) & Record<'buffer' | 'elements' | 'texture' | 'framebuffer', Make>;

let kept: Renderer | null = null;
const usable = (renderer: Renderer): boolean =>
  !renderer.isDestroyed && !(renderer.regl as unknown as { _gl: WebGLRenderingContext })._gl.isContextLost();

/** A plot is made in a moment; else, where a processor renders, it takes a second. */
export const hasRenderer = (): boolean => kept !== null && usable(kept);

/** The window's renderer; another one where the context was lost. Throws where WebGL is not to be had. */
export function plotRenderer(): Renderer {
  if (kept && hasRenderer()) return kept;
  if (kept && !kept.isDestroyed) kept.destroy();
  kept = null;
  allowReglWithoutEval();
  kept = createRenderer();
  return kept;
}

/**
 * What one plot may use of a renderer; `free` destroys all that it made and has not destroyed itself. While `moving()`
 * fewer points of a large map are drawn.
 */
export function shareOf(
  renderer: Renderer,
  moving: () => boolean = () => false,
): { renderer: Renderer; free: () => void } {
  const regl = renderer.regl as unknown as Regl;
  const made = new Set<Resource>();
  const recorded =
    (make: Make): Make =>
    (...args) => {
      const one = make(...args);
      const destroy = one.destroy.bind(one);
      one.destroy = () => {
        if (made.delete(one)) destroy();
      };
      made.add(one);
      return one;
    };
  const own = Object.assign((options: object) => regl(thinned(options, moving)), regl, {
    buffer: recorded(regl.buffer),
    elements: recorded(regl.elements),
    texture: recorded(regl.texture),
    framebuffer: recorded(regl.framebuffer),
  });
  // `Object.create`: canvas, gamma and the like stay the renderer's own.
  const shared = Object.create(renderer, { regl: { value: own } }) as Renderer;
  return {
    renderer: shared,
    free: () => {
      if (!renderer.isDestroyed) for (const one of made) one.destroy();
    },
  };
}
