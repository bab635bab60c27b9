// What every procedure is built from: the table of errors, and the schemas of no input and no answer.
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { contractErrors } from '../errors.ts';

export const base = oc.errors(contractErrors);

/** For procedures that take no input. */
export const none = z.object({}).optional();

/** A model of the catalogue; without it, the workspace's current one. */
export const currentModel = z.string().optional();

/** The answer of procedures that only do something. */
export const ok = z.object({});
