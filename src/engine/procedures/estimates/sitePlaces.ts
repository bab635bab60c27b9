// Where sites are: the middle of the coordinates of their recordings.
import type { Workspace } from '../../collection/workspace.ts';

export function sitePlaces(workspace: Workspace): Map<string, { latitude: number; longitude: number }> {
  const rows = workspace.metadata.rows(null).flatMap(({ values }) => {
    const [site, latitude, longitude] = [values.site?.text, values.latitude?.number, values.longitude?.number];
    return site === undefined || latitude == null || longitude == null ? [] : [{ site, latitude, longitude }];
  });
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  return new Map(
    [...Map.groupBy(rows, ({ site }) => site)].map(([site, own]) => [
      site,
      { latitude: mean(own.map((one) => one.latitude)), longitude: mean(own.map((one) => one.longitude)) },
    ]),
  );
}
