// A workspace of any number of made-up clips with vectors, labels and a settled map, as a person would find it at a start.
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { fillWorkspace } from '../reliability/syntheticWorkspace.ts';

/** Makes it in `folder`, which is empty or not there. */
export function makeLargeWorkspace(folder: string, clips: number): void {
  const workspace = Workspace.open(folder);
  fillWorkspace(workspace, clips);
  const setId = workspace.vectors.current()!.setId;
  const projectionId = workspace.projections.create({
    setId,
    space: 'joint',
    neighbors: 15,
    minDist: 0.1,
    seed: 1,
    supervised: false,
    alignedTo: null,
  });
  const ids = Int32Array.from(workspace.clips.ids());
  workspace.projections.save(
    projectionId,
    ids,
    Float32Array.from({ length: 2 * ids.length }, (_, i) => Math.sin(i * 12.9898) * 5 + Math.cos(i * 0.37) * 3),
    true,
  );
  workspace.settings.set('demoOffered', true);
  workspace.close();
}
