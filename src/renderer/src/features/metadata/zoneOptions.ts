// Time zones to choose from: the one of this computer first.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const zoneOptions = [...new Set([here, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
  value,
  label: value === here ? `${value} (this computer)` : value,
}));
