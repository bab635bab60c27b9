// Every step the database's form has taken, oldest first. A released migration is never edited: a change is a new file at the end.
import { m001Media } from './m001Media.ts';
import { m002Annotations } from './m002Annotations.ts';
import { m003Vectors } from './m003Vectors.ts';
import { m004Models } from './m004Models.ts';
import { m005Jobs } from './m005Jobs.ts';
import { m006ErrorMaps } from './m006ErrorMaps.ts';
import { m007Sources } from './m007Sources.ts';
import { m008JobDeaths } from './m008JobDeaths.ts';
import { m009Events } from './m009Events.ts';
import { m010ModelScores } from './m010ModelScores.ts';
import { m011Precision } from './m011Precision.ts';
import { m012Metadata } from './m012Metadata.ts';
import { m013Audits } from './m013Audits.ts';
import { m014EventOrder } from './m014EventOrder.ts';

/** SQL that takes version i to version i + 1. The version of a database is its `user_version`. */
export const migrations: readonly string[] = [
  m001Media,
  m002Annotations,
  m003Vectors,
  m004Models,
  m005Jobs,
  m006ErrorMaps,
  m007Sources,
  m008JobDeaths,
  m009Events,
  m010ModelScores,
  m011Precision,
  m012Metadata,
  m013Audits,
  m014EventOrder,
];

/** What this program writes. A workspace with a higher number was made by a newer one and is left alone. */
export const databaseVersion = migrations.length;
