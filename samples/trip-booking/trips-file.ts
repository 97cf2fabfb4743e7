import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { faultShape } from './services/faults.js';
import type { Fault } from './services/faults.js';
import { wishShape } from './trip-request.js';
import type { TripRequest } from './trip-request.js';

/** A trip to book, and what is to go wrong meanwhile. */
export interface PlannedTrip {
  readonly title: string;
  readonly request: TripRequest;
  readonly faults: readonly Fault[];
}

/** Something is wrong with the file that the user named; the message says what and where. */
export class TripsFileError extends Error {
  override readonly name = 'TripsFileError';
}

const tripsShape = z
  .array(z.strictObject({ title: z.string().min(1), request: wishShape, faults: z.array(faultShape).default([]) }))
  .min(1, 'there must be at least one');

/** @throws TripsFileError */
export async function readTrips(file: string): Promise<PlannedTrip[]> {
  const parsed = tripsShape.safeParse(jsonIn(file, await textOf(file)), { error: inOurWords });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${place(path)}: ${message}`);
    throw new TripsFileError([`${file} cannot be booked:`, ...problems].join('\n'));
  }
  return parsed.data.map((trip, index) => ({ ...trip, request: { ...trip.request, reference: `TRIP-${index + 1}` } }));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
    throw new TripsFileError(`${file} cannot be read: ${reasons[code] ?? code}`);
  }
}

function jsonIn(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = String(error).replace('SyntaxError: ', '');
    const position = /at position (\d+)$/.exec(problem)?.[1];
    const line = position && ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new TripsFileError(`${file} is not JSON: ${problem}${line ?? ''}`);
  }
}

function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'unrecognized_keys') return `has no place for ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type') return `must be of type ${issue.expected}`;
  if (issue.code !== 'too_small') return undefined;
  return issue.origin === 'string' ? 'must not be empty' : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
}

/** `trip 2, request.email` */
function place([trip, ...path]: readonly PropertyKey[]): string {
  if (trip === undefined) return 'the whole file';
  return [`trip ${Number(trip) + 1}`, z.core.toDotPath(path)].filter(Boolean).join(', ');
}
