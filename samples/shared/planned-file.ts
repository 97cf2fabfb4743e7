import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Something is wrong with the file that the user named; the message says what and where. */
export class PlannedFileError extends Error {
  override readonly name = 'PlannedFileError';
}

export interface Wording {
  /** What the file lists: `trip`. */
  readonly item: string;
  /** What is not done with a bad one: `cannot be booked`. */
  readonly refusal: string;
}

/**
 * Reads what a sample is to do: a JSON file with a list of items of this shape, at least one.
 * @throws PlannedFileError that names every mistake at once
 */
export async function readPlanned<T>(file: string, shape: z.ZodType<T>, { item, refusal }: Wording): Promise<T[]> {
  const list = z.array(shape).min(1, 'there must be at least one');
  const parsed = list.safeParse(jsonIn(file, await textOf(file)), { error: inOurWords });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${place(path, item)}: ${message}`);
  throw new PlannedFileError([`${file} ${refusal}:`, ...problems].join('\n'));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
    throw new PlannedFileError(`${file} cannot be read: ${reasons[code] ?? code}`);
  }
}

function jsonIn(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = String(error).replace('SyntaxError: ', '');
    const position = /at position (\d+)$/.exec(problem)?.[1];
    const line = position && ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new PlannedFileError(`${file} is not JSON: ${problem}${line ?? ''}`);
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
function place([index, ...path]: readonly PropertyKey[], item: string): string {
  if (index === undefined) return 'the whole file';
  return [`${item} ${Number(index) + 1}`, z.core.toDotPath(path)].filter(Boolean).join(', ');
}
