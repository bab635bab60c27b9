// How people and other tools call the columns that every workspace has.

const aliases: Record<string, string> = {
  recordedat: 'recorded_at',
  recorded: 'recorded_at',
  date: 'recorded_at',
  datetime: 'recorded_at',
  dateandtime: 'recorded_at',
  datetimeoriginal: 'recorded_at',
  timestamp: 'recorded_at',
  recordingtime: 'recorded_at',
  starttime: 'recorded_at',
  startdatetime: 'recorded_at',
  creationtime: 'recorded_at',
  created: 'recorded_at',
  time: 'recorded_at',
  site: 'site',
  siteid: 'site',
  sitename: 'site',
  location: 'site',
  locationid: 'site',
  station: 'site',
  place: 'site',
  latitude: 'latitude',
  lat: 'latitude',
  decimallatitude: 'latitude',
  longitude: 'longitude',
  lon: 'longitude',
  lng: 'longitude',
  long: 'longitude',
  decimallongitude: 'longitude',
  device: 'device',
  deviceid: 'device',
  recorder: 'device',
  camera: 'device',
  individual: 'individual',
  individualid: 'individual',
  animal: 'individual',
  animalid: 'individual',
  tape: 'tape',
  tapenumber: 'tape',
  tapeno: 'tape',
};

/** The built-in column that a name means; null for any other name. */
export const builtInColumn = (name: string): string | null =>
  aliases[
    name
      .toLowerCase()
      .normalize('NFKC')
      .replaceAll(/[^\p{L}\p{N}]/gu, '')
  ] ?? null;
